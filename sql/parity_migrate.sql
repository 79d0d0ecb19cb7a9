-- Registering, applying and taking back migrations.
select dbcare_set('actor', 'tester');
select dbmigrate_add('1', 'people', 'create table person (id integer primary key, name text)', 'drop table person');
select dbmigrate_add('2', 'pets', 'create table pet (id integer primary key, person_id integer references person (id)); create index pet_person on pet (person_id);', 'drop table pet', '{"description": "Who owns which pet", "depends_on": ["1"]}');
select dbmigrate_add('10', 'data', 'insert into person values (1, ''Ada'')', null, '{"kind": "data", "verify_sql": "select count(*) = 1 from person"}');
-- unchanged, updated
select dbmigrate_add('1', 'people', 'create table person (id integer primary key, name text)', 'drop table person');
select dbmigrate_add('10', 'data', 'insert into person values (1, ''Ada'')', 'delete from person', '{"kind": "data", "verify_sql": "select count(*) = 1 from person"}');
select version, name, state, applied_by, reversible, transactional, depends_on from dbmigrate_status();
select step, version, name, description, reversible, depends_on from dbmigrate_pending();
select step, version, direction, statement_no, statement, transactional from dbmigrate_plan();
select step, version, statement_no from dbmigrate_plan('2');
-- a dry run leaves nothing
select dbmigrate_apply('2', '{"dry_run": true}');
select dbmigrate_version();
select count(*) from dbmigrate_pending();
-- apply up to a target, then the rest, then nothing
select dbmigrate_apply('2');
select version, state, applied_by from dbmigrate_status();
select dbmigrate_version();
select dbmigrate_apply(null, '{"app_version": "1.4", "git_sha": "c0ffee", "ticket": "DB-7"}');
select dbmigrate_apply();
select name from person;
select version, finding, message from dbmigrate_verify();
select event, version, name, actor, error, app_version, git_sha, ticket from dbmigrate_history();
-- verify_sql that fails
delete from person;
select version, finding, message from dbmigrate_verify();
-- roll back: the last one, then to a version, then all
select version, direction, statement from dbmigrate_plan(null, '{"direction": "down"}');
select dbmigrate_rollback();
select version, state from dbmigrate_status();
select dbmigrate_rollback('1', '{"dry_run": true}');
select dbmigrate_version();
select dbmigrate_version() is not null, count(*) from dbmigrate_pending();
select dbmigrate_rollback('0');
select dbmigrate_version();
select count(*) from dbmigrate_pending();
-- natural order of versions
select dbmigrate_add('1.10', 'ten', 'create table ten (id integer primary key)');
select dbmigrate_add('1.9', 'nine', 'create table nine (id integer primary key)');
select version from dbmigrate_pending();
-- baseline
select dbmigrate_baseline('1.9');
select version, state, duration_ms from dbmigrate_status();
-- an older one that comes late
select dbmigrate_add('1.5', 'late', 'create table late (id integer primary key)');
select dbmigrate_apply();
select dbmigrate_apply('1.5', '{"allow_out_of_order": true}');
select version from dbmigrate_pending();
-- text changed after it was applied
select dbmigrate_add('1.5', 'late', 'create table later (id integer primary key)');
select version, state from dbmigrate_status() where state = 'modified';
select version, finding, message from dbmigrate_verify();
select dbmigrate_apply();
select dbmigrate_add('1.5', 'late', 'create table late (id integer primary key)');
select version, state from dbmigrate_status() where state = 'modified';
-- an older one that depends on a newer one does not come late
select dbmigrate_add('1.6', 'depends', 'create table depends (id integer primary key)', null, '{"depends_on": ["1.9"]}') is not null;
select dbmigrate_apply('1.6') ->> 'applied';
-- without a version, the current time is one, and of two the second comes later
select length(dbmigrate_add(null, 'now', 'select 1') ->> 'version');
select dbmigrate_add(null, 'now again', 'select 2') ->> 'action';
select name from dbmigrate_pending() where name like 'now%';
