-- Backups of SQLite databases.
create table t (id integer primary key, v text);
insert into t values (1, 'a'), (2, 'b');
select json_extract(dbbackup_create('one'), '$.name', '$.kind', '$.pages', '$.database_bytes', '$.verified.level', '$.verified.ok');
--> ["one","full",2,8192,2,true]
-- it is a database by itself, which only its owner can read
.shell stat -c '%a %n' test.db-backups test.db-backups/one test.db-backups/one/* | LD_PRELOAD= LC_ALL=C sort
.shell sqlite3 test.db-backups/one/database.db 'select * from t'
--> 600 test.db-backups/one/database.db
--> 600 test.db-backups/one/hashes.dbs
--> 600 test.db-backups/one/manifest.json
--> 600 test.db-backups/one/verified.json
--> 700 test.db-backups
--> 700 test.db-backups/one
--> 1|a
--> 2|b
-- what is not committed is not in a backup
begin;
insert into t values (3, 'c');
select dbbackup_create('two');
rollback;
--> ERROR: dbcare: the transaction has changed the database. A backup has what is committed. Repeat the call after COMMIT.
-- a transaction that has read does not matter
begin;
select count(*) from t;
select dbbackup_create('two') ->> 'name';
commit;
--> 2
--> two
-- names of backups
select dbbackup_create('one');
select dbbackup_create('');
select dbbackup_create('../one');
select dbbackup_create('.one');
select dbbackup_create('a/b');
select dbbackup_create() ->> 'name' glob 'test-????????T??????Z-full-????????';
--> ERROR: dbcare: backup "one" already exists
--> ERROR: dbcare: "" is not a name of a backup. A name has up to 100 letters A to Z, digits, dots, underscores and hyphens, and begins with neither a dot nor a hyphen.
--> ERROR: dbcare: "../one" is not a name of a backup. A name has up to 100 letters A to Z, digits, dots, underscores and hyphens, and begins with neither a dot nor a hyphen.
--> ERROR: dbcare: ".one" is not a name of a backup. A name has up to 100 letters A to Z, digits, dots, underscores and hyphens, and begins with neither a dot nor a hyphen.
--> ERROR: dbcare: "a/b" is not a name of a backup. A name has up to 100 letters A to Z, digits, dots, underscores and hyphens, and begins with neither a dot nor a hyphen.
--> 1
-- options of the other engine, and unknown ones
select dbbackup_create('x', '{"method": "dump"}');
select dbbackup_create('x', '{"jobs": 2}');
select dbbackup_create('x', '{"schema": "nowhere"}');
--> ERROR: dbcare: option "method" exists on PostgreSQL only. Remove the option method.
--> ERROR: dbcare: option "jobs" exists on PostgreSQL only. Remove the option jobs.
--> ERROR: dbcare: there is no attached database "nowhere"
-- the list
select name, kind, database, size_bytes, database_bytes, parent, encrypted, compression, verified_level, verified_ok, problem
	from dbbackup_list where name in ('one', 'two') order by name;
--> one|full|test.db|8336|8192||0|none|2|1|
--> two|full|test.db|8336|8192||0|none|2|1|
-- an attached database is backed up to a directory beside it
attach 'other.db' as "o ther";
create table "o ther".u (a);
select dbbackup_create('of_other', '{"schema": "O THER"}') ->> 'database_bytes';
select count(*) from dbbackup_list('{"directory": "other.db-backups"}');
--> 8192
--> 1
-- another directory, which a setting can name
select dbbackup_create('here', '{"directory": "elsewhere/"}') ->> 'name';
select dbcare_set('backup_directory', 'elsewhere') is not null;
select name from dbbackup_list;
select dbbackup_create('x', '{"directory": "no/such"}') like '%' ;
.shell ls no 2>&1 | wc -l
--> here
--> 1
--> here
--> ERROR: dbcare: directory "no/such" cannot be created. Create the directory above it first.
--> 1
-- a call leaves an event
select dbbackup_verify('here') ->> 'ok';
select function_name, outcome from dbcare_events;
--> 1
--> dbcare_set|ok
--> dbbackup_verify|ok
-- a link is not a directory of backups
.shell ln -s elsewhere link
select count(*) from dbbackup_list('{"directory": "link"}');
--> ERROR: dbcare: "link" is a symbolic link. Symbolic links are not followed here. Pass the path that it points to.
-- a write-ahead log
.open wal.db
.read begin.inc
pragma journal_mode = wal;
create table t (a);
insert into t values (1);
select dbbackup_create('w') ->> 'name';
.shell ls wal.db-backups/w && sqlite3 wal.db-backups/w/database.db 'pragma journal_mode; select * from t'
--> wal
--> w
--> database.db
--> hashes.dbs
--> manifest.json
--> verified.json
--> wal
--> 1
-- a database in memory needs a directory
.open :memory:
.read begin.inc
create table m (a);
insert into m values (7);
select count(*) from dbbackup_list;
select dbbackup_create('m');
select dbbackup_create('m', '{"directory": "memory"}') ->> 'database_bytes';
.shell sqlite3 memory/m/database.db 'select * from m'
--> 0
--> ERROR: dbcare: a database in memory has no directory of backups. Pass the option directory, or set backup_directory.
--> 8192
--> 7
-- SQLite 3.38 to 3.40 cannot read an untrusted schema that calls JSON functions
.open json.db
.read begin.inc
create table note (id integer primary key, body text check (json_valid(body)), kind text generated always as (json_extract(body, '$.kind')));
create index note_size on note (json_extract(body, '$.size'));
insert into note (id, body) values (1, '{"kind": "a", "size": 7}');
select dbbackup_create('one') ->> '$.verified.ok';
select dbbackup_verify('one', '{"restore": true}') ->> 'ok';
select dbbackup_restore('one', 'restored.db') is not null;
.shell sqlite3 restored.db 'select kind from note'
--> 1
--> 1
--> 1
--> a

-- options of PostgreSQL are not listed
select dbbackup_create(null, '{"speed": 1}');
--> ERROR: dbcare: unknown option "speed". Valid options are: directory, verify, compress, encrypt, incremental_from, schema.
-- what cannot be followed is refused at once
select dbbackup_follow('{"file": "none.db"}');
--> ERROR: dbcare: the database cannot be opened: unable to open database file (10)
-- so is a key that is not there
select dbbackup_follow('{"file": "none.db", "encrypt": {"key_env": "DBCARE_TEST_UNSET"}}');
--> ERROR: dbcare: environment variable "DBCARE_TEST_UNSET" is not set
-- full backups are made from time to time
select dbbackup_follow('{"snapshot_hours": 0}');
--> ERROR: dbcare: option "snapshot_hours" cannot be 0. The value must be a whole number from 1 to 8760.
-- one moment of a backup is not another one
select dbbackup_restore('one', 'new.db', '{"target_time": "2030-01-01"}');
--> ERROR: dbcare: backup "one" does not have the state of 2030-01-01. The database was not followed from this backup on. Leave out target_time to restore the last state; dbbackup_plan() lists the moments that can be restored.
-- a database in memory cannot be followed
.open :memory:
.read begin.inc
select dbbackup_follow('{"directory": "here"}');
--> ERROR: dbcare: a database in memory cannot be followed
