-- Compressed, encrypted and incremental backups, and the way back.
pragma page_size = 4096;
create table t (id integer primary key, v text);
insert into t select value, hex(randomblob(100)) from generate_series(1, 2000);
.shell head -c 32 /dev/urandom > key; chmod 600 key; head -c 32 /dev/urandom > other; chmod 600 other
select dbbackup_create('full', '{"compress": true}') ->> 'kind';
select dbbackup_create('secret', '{"compress": true, "encrypt": {"key_file": "key"}}') ->> 'kind';
update t set v = 'new' where id = 7;
select json_extract(dbbackup_create('one', '{"incremental_from": "full"}'), '$.kind', '$.stored_pages');
delete from t where id > 1000;
vacuum;
select dbbackup_create('two', '{"incremental_from": "latest", "compress": true}') ->> 'kind';
select name, kind, parent, encrypted, compression from dbbackup_list where name <> 'x';
select dbbackup_verify('two', '{"restore": true}') ->> 'ok';
--> full
--> full
--> ["incremental",1]
--> incremental
--> full|full||0|zstd
--> secret|full||1|zstd
--> one|incremental|full|0|none
--> two|incremental|one|0|zstd
--> 1
-- what a restore would do
select step, bytes > 0, problem from dbbackup_plan('two', 'new.db');
--> read|1|
--> read|1|
--> read|1|
--> need space|1|
--> write|1|
-- what is in the way of a restore
select step, problem from dbbackup_plan('two', 'no/where.db') where problem is not null;
select step, problem like 'file "%/test.db-backups/two/manifest.json" exists' from dbbackup_plan('two', 'test.db-backups/two/manifest.json') where problem is not null;
--> write|there is no directory above it
--> write|1
-- into new files
select dbbackup_restore('full', 'full.db') ->> 'name';
select dbbackup_restore('one', 'one.db') ->> 'name';
select dbbackup_restore('two', 'two.db') ->> 'name';
.shell for f in full one two; do sqlite3 $f.db "pragma integrity_check; select count(*), sum(v = 'new') from t"; done; stat -c %a two.db
--> full
--> one
--> two
--> ok
--> 2000|0
--> ok
--> 2000|1
--> ok
--> 1000|1
--> 600
-- never over a file, nor where a journal would be taken for its own
select dbbackup_restore('two', 'two.db') is null;
.shell touch free.db-wal
select dbbackup_restore('two', 'free.db') is null;
select dbbackup_restore('two', 'test.db') is null;
select dbbackup_restore('two', 'no/where.db') is null;
.shell ls -A | grep -c '^\.restore'
--> ERROR: dbcare: file "two.db" exists. Pass another destination.
--> ERROR: dbcare: file "free.db-wal" exists. Pass another destination.
--> ERROR: dbcare: "test.db" is the database. To replace the database, pass the option replace and no destination.
--> ERROR: dbcare: directory "no" does not exist
--> 0
--> System command returns 256
-- a wrong key is told apart from damage
select dbbackup_verify('secret', '{"decrypt": {"key_file": "key"}}') ->> 'ok';
select json_extract(dbbackup_verify('secret', '{"decrypt": {"key_file": "other"}}'), '$.ok', '$.detail');
select json_extract(dbbackup_verify('secret'), '$.ok', '$.detail');
select verified_ok from dbbackup_list where name = 'secret';
select dbbackup_restore('secret', 's.db', '{"decrypt": {"key_file": "other"}}');
select dbbackup_restore('secret', 's.db', '{"decrypt": {"key_file": "key"}}') ->> 'name';
--> 1
--> [null,"the key is not that of the backup"]
--> [null,"it is encrypted, and no key was given"]
--> 1
--> ERROR: dbcare: backup "secret": the key is not that of the backup. Nothing was changed.
--> secret
-- nothing of the data is readable without it
.shell grep -c 'CREATE TABLE' test.db-backups/secret/*
--> test.db-backups/secret/hashes.dbs:0
--> test.db-backups/secret/manifest.json:0
--> test.db-backups/secret/pages.dbs:0
--> test.db-backups/secret/verified.json:0
--> System command returns 256
-- key files that others can read, secrets that are none
.shell chmod 644 other; printf short > short; chmod 600 short
select dbbackup_create('x', '{"encrypt": {"key_file": "other"}}');
select dbbackup_create('x', '{"encrypt": {"key_file": "none"}}');
select dbbackup_create('x', '{"encrypt": {"key_env": "DBCARE_NO_SUCH"}}');
select dbbackup_create('x', '{"encrypt": {}}');
select dbbackup_create('x', '{"encrypt": {"key_file": "short"}}') like '%';
--> ERROR: dbcare: key file "other" can be read by others: its mode must be 0600
--> ERROR: dbcare: key file "none" does not exist
--> ERROR: dbcare: environment variable "DBCARE_NO_SUCH" is not set
--> ERROR: dbcare: option encrypt must have either key_file or key_env
--> ERROR: dbcare: key file "short" is neither 32 bytes nor 64 hexadecimal digits
-- an incremental backup needs a parent that will do
select dbbackup_create('x', '{"incremental_from": "secret"}');
select dbbackup_create('x', '{"incremental_from": "nothing"}') like '%';
pragma page_size = 8192;
vacuum;
select dbbackup_create('x', '{"incremental_from": "two"}');
select json_extract(dbbackup_create('big', '{"incremental_from": "latest"}'), '$.kind', '$.why_full');
select dbbackup_restore('two', null, '{"replace": true, "confirm": "test.db"}');
pragma page_size = 4096;
vacuum;
--> ERROR: dbcare: no incremental backup can be made from "secret". It is encrypted. Make a full backup.
--> ERROR: dbcare: there is no backup "nothing". The directory of backups is "test.db-backups". dbbackup_list() lists the backups.
--> ERROR: dbcare: no incremental backup can be made from "two". The page size, auto_vacuum or name of the database has changed. Make a full backup.
--> ["full","the page size, auto_vacuum or name of the database has changed"]
--> ERROR: dbcare: the database has pages of 8192 bytes, and the backup of 4096. Nothing was changed. Restore to a new file, and replace the database while no connection uses it.
-- over the live database: confirmed, after a backup of what is there
select dbbackup_restore('one');
select dbbackup_restore('one', null, '{"replace": true}');
select dbbackup_restore('one', null, '{"replace": true, "confirm": "other.db"}');
insert into t values (5000, 'now');
select count(*) from t;
select dbbackup_restore('one', null, '{"replace": true, "confirm": "test.db"}') ->> 'safety_backup' glob 'test-*-full-*';
select count(*), sum(v = 'new') from t;
--> ERROR: dbcare: the destination is the database itself. All its present data would be replaced. Pass a destination, or the option replace.
--> ERROR: dbcare: replacing a database must be confirmed. All its present data will be replaced. Repeat the call with {"confirm": "test.db"}.
--> ERROR: dbcare: "other.db" is not the name of this database. All its present data will be replaced. Repeat the call with {"confirm": "test.db"}.
--> 1001
--> 1
--> 2000|1
-- by time: the newest one from then or before
select dbbackup_restore(null, 'then.db', '{"target_time": "2999-01-01"}') ->> 'name' glob 'test-*-full-*';
select dbbackup_restore(null, 'before.db', '{"target_time": "2001-01-01"}');
select dbbackup_restore(null, 'before.db', '{"target_time": "soon"}');
select dbbackup_restore(null, 'before.db');
--> 1
--> ERROR: dbcare: there is no backup of test.db from 2001-01-01 or before. dbbackup_list() lists the backups.
--> ERROR: dbcare: option target_time cannot be "soon". Write a time such as 2026-11-21T09:00:00Z.
--> ERROR: dbcare: no backup was named. Pass the name of a backup, or the option target_time.
-- not in a transaction
begin;
select dbbackup_restore('one', null, '{"replace": true, "confirm": "test.db"}') is null;
commit;
--> ERROR: dbcare: a transaction is open. Nothing was changed. Repeat the call outside a transaction.
-- cleanup keeps what a kept one needs, and the last good one
.shell rm -rf test.db-backups/secret test.db-backups/big test.db-backups/test-*
select json_extract(dbbackup_cleanup('{"keep_last": 1, "dry_run": true}'), '$.removed', '$.dry_run');
insert into t values (6000, 'x');
select dbbackup_create('last') ->> 'name';
select json_extract(dbbackup_cleanup('{"keep_last": 1}'), '$.removed');
select name from dbbackup_list;
--> [[],true]
--> last
--> ["two","one","full"]
--> last
-- leftovers of killed calls are removed
.shell cd test.db-backups && mkdir .a.0123abcd.tmp .b.0123abcd.old .c
select dbbackup_cleanup() ->> 'leftovers';
.shell ls -A test.db-backups
--> 2
--> .c
--> last
-- a database in memory, there and back
.shell mkdir memory
.open :memory:
.read begin.inc
create table m (a);
insert into m values (1), (2);
select dbbackup_create('m', '{"directory": "memory", "compress": true}') ->> 'kind';
delete from m;
select dbbackup_restore('m', null, '{"directory": "memory", "replace": true, "confirm": "memory"}') ->> 'destination';
select count(*) from m;
--> full
--> memory
--> 2
