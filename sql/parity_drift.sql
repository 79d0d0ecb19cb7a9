-- What has changed since the last migration.
-- nothing is known before the first one
create table before (id integer primary key);
select count(*) from dbmigrate_drift();
select dbmigrate_snapshot() is null;
select dbmigrate_add('1', 'orders', 'create table orders (id integer primary key, note text)', 'drop table orders') is not null;
select count(*) from dbmigrate_drift();
select dbmigrate_apply() is not null;
select count(*) from dbmigrate_drift();
select count(*) from dbmigrate_verify();
-- what is done by hand
alter table orders add column total integer;
create index orders_note on orders (note);
create view notes as select note from orders;
drop table before;
select object_type, replace(object, 'public.', ''), change, changed_at is null, changed_by, statement from dbmigrate_drift() where object_type <> 'constraint' order by object_type, object;
select version is null, finding, replace(message, 'public.', '') from dbmigrate_verify() where message not like 'constraint %' order by message;
-- taken back, it is no difference
drop view notes;
drop index orders_note;
select object_type, replace(object, 'public.', ''), change from dbmigrate_drift() where object_type <> 'constraint' order by object_type, object;
-- the next migration takes things as they are, and so does a rollback; a dry run or a failure does not
select dbmigrate_add('2', 'more', 'create table more (id integer primary key)', 'drop table more') is not null;
select dbmigrate_apply(null, '{"dry_run": true}') is not null;
select count(*) > 0 from dbmigrate_drift();
select dbmigrate_apply() is not null;
select count(*) from dbmigrate_drift();
drop table more;
select object_type, replace(object, 'public.', ''), change from dbmigrate_drift() where object_type <> 'constraint' order by object_type, object;
create table more (id integer primary key);
select count(*) from dbmigrate_drift();
select dbmigrate_rollback() is not null;
select count(*) from dbmigrate_drift();
-- or it is accepted
drop table orders;
select dbmigrate_repair('{"accept_drift": "yes"}');
select count(*) > 0 from dbmigrate_drift();
select replace(dbmigrate_repair('{"accept_drift": true}') ->> 'accepted_drift', 'public.', '') like '%"orders"%';
select dbmigrate_repair('{"accept_drift": true}') ->> 'accepted_drift';
select count(*) from dbmigrate_drift();
-- so does a baseline
create table third (id integer primary key);
select dbmigrate_add('3', 'third', 'create table third (id integer primary key)') is not null;
select dbmigrate_baseline('3') is not null;
select count(*) from dbmigrate_drift();
-- the schema that a migration left is a document: drift becomes a migration, or goes
select dbmigrate_snapshot() = dbmigrate_schema();
select dbmigrate_diff(dbmigrate_schema(), dbmigrate_snapshot());
alter table third add column total integer;
create index third_total on third (total);
create table by_hand (id integer primary key, third_id integer references third (id));
create view hands as select id from by_hand;
select dbmigrate_snapshot() ->> 'fingerprint' = dbmigrate_fingerprint();
select dbmigrate_add('4', 'found', dbmigrate_diff(dbmigrate_snapshot(), dbmigrate_schema()) ->> 'up', dbmigrate_diff(dbmigrate_snapshot(), dbmigrate_schema()) ->> 'down') is not null;
select dbmigrate_add('5', 'undo', dbmigrate_diff(dbmigrate_schema(), dbmigrate_snapshot()) ->> 'up') is not null;
select dbmigrate_baseline('4') ->> 'version';
select count(*) from dbmigrate_drift();
select dbmigrate_apply('5') ->> 'version';
select dbmigrate_snapshot() = dbmigrate_schema();
-- recorded drift can be rolled back
create table other (id integer primary key);
select dbmigrate_add('6', 'other', dbmigrate_diff(dbmigrate_snapshot(), dbmigrate_schema()) ->> 'up', dbmigrate_diff(dbmigrate_snapshot(), dbmigrate_schema()) ->> 'down') is not null;
select dbmigrate_baseline('6') ->> 'version';
select dbmigrate_rollback(null, '{"include_baselined": true}') ->> 'version';
select count(*) from dbmigrate_drift();
create table other (id integer primary key);
