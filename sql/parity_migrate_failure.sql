-- Failures, and what stays after them.
select dbcare_set('actor', 'tester');
select dbmigrate_add('1', 'good', 'create table good (id integer primary key)', 'drop table good');
select dbmigrate_add('2', 'bad', 'create table half (id integer primary key);

-- a table that is not there
insert into nowhere values (1);', 'drop table half');
select dbmigrate_add('3', 'after', 'create table after_bad (id integer primary key)');
-- abort: nothing of the call stays
select version, state from dbmigrate_status();
-- report: the ones before stay, the failure is on record
select dbmigrate_apply(null, '{"on_error": "report"}') -> 'error' ->> 'detail';
select version, state from dbmigrate_status();
select event, version, actor from dbmigrate_history() where event <> 'register';
-- repaired text: failed becomes pending again, then applied
select dbmigrate_add('2', 'bad', 'create table half (id integer primary key)', 'drop table half');
select version, state from dbmigrate_status();
select dbmigrate_apply();
select version, state from dbmigrate_status();
-- a migration without down script stops a rollback before anything runs
select dbmigrate_rollback('0');
select version, state from dbmigrate_status();
select dbmigrate_rollback();
-- transaction statements
select dbmigrate_add('4', 'wrapped', 'begin; create table wrapped (id integer primary key); commit;', 'begin; drop table wrapped; commit;');
select dbmigrate_apply();
select dbmigrate_add('5', 'inner', 'create table a (id integer primary key);
rollback;
create table b (id integer primary key);');
select dbmigrate_apply();
select dbmigrate_add('5', 'inner', 'begin; commit; begin;
create table a (id integer primary key);');
select dbmigrate_apply();
select dbmigrate_add('5', 'inner', 'savepoint s; create table a (id integer primary key);');
select dbmigrate_apply();
select dbmigrate_add('5', 'inner', 'create table a (id integer primary key); rollback;');
select dbmigrate_apply();
-- steps that cannot run inside a transaction
select dbmigrate_add('5', 'outside', 'vacuum');
select transactional from dbmigrate_status() where version = '5';
select dbmigrate_apply();
select dbmigrate_add('5', 'outside', 'select 1', null, '{"transactional": false}');
select dbmigrate_apply();
select version, transactional from dbmigrate_plan();
select dbmigrate_add('5', 'outside', 'select 1', 'vacuum');
select dbmigrate_apply();
select dbmigrate_rollback();
select dbmigrate_add('5', 'outside', 'select 1', 'select 1');
select dbmigrate_rollback();
-- empty and comment-only scripts
select dbmigrate_add('5', 'empty', '', '');
select dbmigrate_add('6', 'comment', '-- nothing /* here */
/* or here; */', '-- nothing');
select dbmigrate_apply();
-- an empty down script stops a rollback, unless that is allowed
select version, reversible from dbmigrate_status() where version in ('5', '6');
select dbmigrate_rollback('4');
select version, state from dbmigrate_status();
select dbmigrate_rollback('4', '{"allow_empty_down": true}') ->> 'version';
select version, state from dbmigrate_status();
select event, version, error from dbmigrate_history() where event = 'rollback' and version in ('5', '6');
select dbmigrate_add('6', 'pair', 'select 1', 'begin; ; commit; -- nothing');
select version, reversible from dbmigrate_status() where version = '6';
-- a script that cannot be read is a finding of the plan, and the others are there
select dbmigrate_add('6', 'unreadable', 'creat table six (id integer primary key)');
select dbmigrate_add('6.5', 'readable', 'create table six (id integer primary key)');
select dbmigrate_add('6.6', 'halves', 'create table seven (id integer primary key); rollback');
select version, statement_no, coalesce(finding like '%error refused: %', false) as is_refused from dbmigrate_plan();
select finding from dbmigrate_plan() where version = '6.6';
-- what was never applied can be removed, and the log has it
select dbmigrate_remove('6.6') ->> 'action';
select dbmigrate_remove('6.6');
select dbmigrate_remove('4');
select dbmigrate_add('6.5', 'readable', 'select 1', null, '{"depends_on": ["6"]}') is not null;
select dbmigrate_remove('6');
select dbmigrate_remove('6.5') ->> 'name';
select dbmigrate_remove('6') ->> 'version';
select dbmigrate_remove(null);
select dbmigrate_remove('{}');
select event, version, error from dbmigrate_history() where event = 'repair';
select finding from dbmigrate_verify() where version like '6%';
-- dependencies
select dbmigrate_add('7', 'orphan', 'select 1', null, '{"depends_on": ["99"]}');
select dbmigrate_apply();
select dbmigrate_add('7', 'loop', 'select 1', null, '{"depends_on": ["8"]}');
select dbmigrate_add('8', 'loop', 'select 1', null, '{"depends_on": ["7"]}');
select dbmigrate_apply();
select dbmigrate_add('7', 'self', 'select 1', null, '{"depends_on": ["7"]}');
select dbmigrate_add('7', 'second', 'create table second_one (id integer primary key)', 'drop table second_one', '{"depends_on": ["8"]}');
select dbmigrate_add('8', 'first', 'create table first_one (id integer primary key)', 'drop table first_one');
select version from dbmigrate_pending();
select dbmigrate_apply('7');
select version, state from dbmigrate_status() where version in ('7', '8');
-- one that stays depends on one that would go
select dbmigrate_rollback('7');
-- environments
select dbmigrate_add('9', 'seeds', 'create table seeds (id integer primary key)', null, '{"environments": ["testing", "development"]}');
select dbcare_set('environment', 'staging');
select version from dbmigrate_pending();
select dbcare_set('environment', 'testing');
select version from dbmigrate_pending();
-- repeatable
select dbmigrate_add('100', 'view', 'drop view if exists everything; create view everything as select 1 as one', 'drop view everything', '{"repeatable": true}');
select dbmigrate_apply();
select dbmigrate_add('100', 'view', 'drop view if exists everything; create view everything as select 2 as one', 'drop view everything', '{"repeatable": true}');
select version, state from dbmigrate_status() where version = '100';
select dbmigrate_apply();
select one from everything;
select version, state from dbmigrate_status() where version = '100';
-- production wants a confirmation
select dbcare_set('environment', 'production');
select dbmigrate_rollback(null, '{"confirm": "wrong"}');
call dbmigrate_deploy(null, '{"rollback": true}');
-- an unknown version is refused first
select dbmigrate_rollback('nowhere');
call dbmigrate_deploy('nowhere', '{"rollback": true}');
