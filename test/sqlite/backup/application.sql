-- Backups of databases whose indexes and keys need a collation or function of the application,
-- which the connection that tests a copy does not have; here those of the shell.
-- at creation it is unknown whether they are sound
.shell head -c 32 /dev/urandom > key; chmod 600 key
create table t (v text collate uint primary key, n integer) without rowid;
create table u (id integer primary key, v text);
create index i on u (sha3(v));
create table plain (id integer primary key, v text);
create index p on plain (v);
insert into t select 'x' || value, value from generate_series(1, 50);
insert into u select value, 'x' || value from generate_series(1, 50);
insert into plain select value, 'x' || value from generate_series(1, 50);
select json_extract(r, '$.verified.ok') is null, json_extract(r, '$.verified.detail') glob 'not every table can be checked outside the application: *'
	from (select dbbackup_create('open') as r);
select json_extract(dbbackup_create('secret', '{"encrypt": {"key_file": "key"}}'), '$.verified.ok') is null;
select name, verified_level, verified_ok, problem glob 'not every table *' from dbbackup_list;
--> 1|1
--> 1
--> open|2||1
--> secret|2||1
-- every page is proven; the integrity of these tables is not
select json_extract(dbbackup_verify('secret', '{"decrypt": {"key_file": "key"}}'), '$.ok');
select json_extract(dbbackup_verify('secret', '{"restore": true, "decrypt": {"key_file": "key"}}'), '$.ok') is null;
select json_extract(dbbackup_verify('open', '{"restore": true}'), '$.ok') is null;
--> 1
--> 1
--> 1
-- what cannot be tested is restored all the same, and that is said
select json_extract(r, '$.name', '$.verified.level', '$.verified.ok')
	from (select dbbackup_restore('open', 'open.db') as r);
select json_extract(r, '$.name', '$.verified.level', '$.verified.ok')
	from (select dbbackup_restore('secret', 'secret.db', '{"decrypt": {"key_file": "key"}}') as r);
delete from t;
select dbbackup_restore('secret', null, '{"decrypt": {"key_file": "key"}, "replace": true, "confirm": "test.db"}') ->> 'name';
select count(*) from t;
.shell for f in open secret; do sqlite3 $f.db "pragma integrity_check; select count(*) from t where v = 'X7' or n = 8 and v = 'x8'"; done
--> ["open",3,null]
--> ["secret",3,null]
--> secret
--> 50
--> ok
--> 1
--> ok
--> 1
-- a single table is read without the application, or that is said
update u set v = 'other' where id = 3;
select json_extract(dbbackup_restore('open', null, '{"table": "u", "on_conflict": "overwrite"}'), '$.overwritten');
select dbbackup_restore('open', null, '{"table": "t"}') like '%';
--> 1
--> ERROR: dbcare: table t of the backup cannot be read without the application. SQLite says: no query solution. Restore the backup to a new file, and copy the rows from there.
-- a migration that wants a backup has one
.shell rm -r test.db-backups/secret test.db-backups/test-*
select dbmigrate_add('1', 'note', 'create table note (t text);') is not null;
select dbmigrate_apply(null, '{"backup": true, "skip_lint": true}') ->> 'applied';
--> 1
--> ["1"]
-- damage of another table is found beside what cannot be tested
drop index p;
create index p on plain (id + 1);
pragma writable_schema = on;
update sqlite_schema set sql = 'create index p on plain (v)' where name = 'p';
pragma writable_schema = reset;
select dbbackup_create('damaged') like '%';
--> ERROR: dbcare: integrity check: row 1 missing from index p. The new backup was removed, since it did not pass its verification. (11)
