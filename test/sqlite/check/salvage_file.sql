-- dbcheck_salvage: the file that it makes.

create table t (id integer primary key, a text);
insert into t values (1, 'secret');

-- others cannot read it
.shell umask 022
select dbcheck_salvage('test.db', 'saved.db') ->> 'rows';
.shell stat -c %a saved.db
--> 1
--> 600

-- a name that SQLite takes for no file, or a URI, is that of a file
select dbcheck_salvage('test.db', ':memory:') ->> 'rows', dbcheck_salvage('test.db', 'file:saved.db?mode=memory') ->> 'rows';
.shell sqlite3 ./:memory: 'select * from t'; sqlite3 './file:saved.db?mode=memory' 'select * from t'
--> 1|1
--> 1|secret
--> 1|secret

-- what exists is not written, and a link to nothing is not followed
.shell ln -s elsewhere.db link.db
select dbcheck_salvage('test.db', 'link.db');
.shell test ! -e elsewhere.db && echo none
--> ERROR: dbcare: "link.db" exists already. Name a file that does not exist.
--> none
