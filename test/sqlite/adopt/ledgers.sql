-- dbmigrate_adopt: what a file may hold in place of a ledger.

-- sqitch's registry is a separate file, which is attached
attach 'registry.db' as sqitch;
create table sqitch.changes (change_id text primary key, script_hash text, change text, project text, note text,
	committed_at datetime, committer_name text, planned_at datetime);
insert into sqitch.changes values
	('b', null, 'two', 'shop', '', '2024-01-01 10:00:00', 'Ann', '2024-01-01 09:00:00'),
	('a', null, 'one', 'shop', '', '2024-01-01 09:59:59', 'Ann', '2024-01-01 09:00:00');
select dbmigrate_adopt('{"dry_run": true}') ->> 'table_name', dbmigrate_adopt('{"dry_run": true, "verbose": true}') -> 'versions' ->> 'adopted';
select dbmigrate_adopt() ->> 'unregistered';
select version, name, state, applied_at, applied_by from dbmigrate_status;
create table sqitch.schema_migrations (version text);
select dbmigrate_adopt('{"tool": "dbmate", "keep_old": true}');
detach sqitch;
--> sqitch.changes|["1-one","2-two"]
--> ["1-one","2-two"]
--> 1-one|one|missing|2024-01-01T09:59:59.000Z|Ann
--> 2-two|two|missing|2024-01-01T10:00:00.000Z|Ann
--> ERROR: dbcare: sqitch.schema_migrations is in another file. If that file is not attached, the ledger cannot be updated. Remove the option keep_old.

-- a view, a virtual table and generated columns are refused
create table source (a, b);
create view schema_migrations as select a as version from source;
select dbmigrate_adopt();
drop view schema_migrations;
create virtual table databasechangelog using fts5(id, author, filename, exectype);
select dbmigrate_adopt();
drop table databasechangelog;
create table goose_db_version (id, version_id, is_applied, tstamp, extra as (id));
select dbmigrate_adopt();
drop table goose_db_version;
--> ERROR: dbcare: the ledger of dbmate in schema_migrations cannot be read: it is not a table
--> ERROR: dbcare: the ledger of liquibase in databasechangelog cannot be read: it is not a table
--> ERROR: dbcare: the ledger of goose in goose_db_version cannot be read: it has generated columns

-- a view in place of a mirrored ledger is refused; reading status is not
.open kept.db
.read begin.inc
create table schema_migrations (version text);
select dbmigrate_add('1', 'one', 'select 1', 'select 1') ->> 'action';
select dbmigrate_adopt('{"keep_old": true}') ->> 'keep_old';
select dbmigrate_apply() ->> 'applied';
alter table schema_migrations rename to real_ledger;
create view schema_migrations as select '7' as version;
select version, state from dbmigrate_status where version = '1';
select dbmigrate_rollback();
drop view schema_migrations;
create table schema_migrations (other);
select dbmigrate_rollback();
drop table schema_migrations;
select dbmigrate_rollback() ->> 'rolled_back';
select * from real_ledger;
--> added
--> 1
--> ["1"]
--> 1|applied
--> ERROR: dbcare: the ledger of dbmate in schema_migrations cannot be read: it is not a table
--> ERROR: dbcare: the ledger of dbmate in schema_migrations cannot be read: it has unexpected columns
--> ["1"]
--> 1

-- a ledger is not written if that would call a function that stored SQL must not call
-- until 3.49: SQLite 3.50 refuses such a table when it is created
.open planted.db
.read begin.inc
create table schema_migrations (version text);
select dbmigrate_add('1', 'one', 'select 1', 'select 1') ->> 'action';
select dbmigrate_adopt('{"keep_old": true}') ->> 'keep_old';
create table other (a check (writefile('planted', 'x')));
create trigger added after insert on schema_migrations begin insert into other values (1); end;
select dbmigrate_apply();
select dbmigrate_baseline('1');
.shell test ! -e planted || echo planted
drop table other;
drop trigger added;
select dbmigrate_baseline('1') ->> 'adopted';
select * from schema_migrations;
.open kept.db
.read begin.inc
--> added
--> 1
--> ERROR: dbcare: the ledger of dbmate in schema_migrations cannot be read: unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS, in its schema
--> ERROR: dbcare: the ledger of dbmate in schema_migrations cannot be read: unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS, in its schema
--> 
--> 1

-- a migration is not rolled back if its ledger row cannot be deleted
create table old_ledger (version text);
insert into old_ledger values ('1');
create trigger stays before delete on old_ledger begin select raise(ignore); end;
select dbmigrate_adopt('{"tool": "dbmate", "table": "old_ledger", "keep_old": true}') ->> 'matched';
select dbmigrate_rollback(null, '{"include_baselined": true}');
select version, state from dbmigrate_status where version = '1';
--> 1
--> ERROR: dbcare: the dbmate ledger cannot record "1" as not applied. The migration is applied according to row "1".
--> 1|applied

-- ledgers may have values of any type and names that need quotes
.open odd.db
.read begin.inc
create table "Odd ""Name" (version, dirty);
insert into "Odd ""Name" values (x'3031', 0);
select dbmigrate_adopt('{"table": "\"Odd \"\"Name\"", "keep_old": true, "verbose": true}') -> 'versions' ->> 'adopted';
select typeof(version), version from "Odd ""Name";
insert into "Odd ""Name" values (char(1), 0);
select dbmigrate_adopt('{"table": "\"Odd \"\"Name\""}');
delete from "Odd ""Name";
insert into "Odd ""Name" values (null, null), ('', 0);
select dbmigrate_adopt('{"table": "\"Odd \"\"Name\"", "verbose": true}') -> 'versions' ->> 'adopted';
--> ["01"]
--> blob|01
--> ERROR: dbcare: a version of the ledger contains a control character
--> []
