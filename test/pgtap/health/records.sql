-- Health checks of what dbcare records: audit_triggers, archive_triggers,
-- audit_unsealed, audit_log_size, held_rows_old, retention_policies,
-- initialisation_failed.
begin;
\ir begin.psql
select no_plan();
create role hr_guest;
create temporary view said as
	select check_id, severity, object, message, reason
	from dbhealth_checks('{"checks": ["audit_triggers", "archive_triggers", "audit_unsealed", "audit_log_size", "held_rows_old", "retention_policies", "initialisation_failed"]}');
grant select on said to hr_guest;

create table hr (id int primary key, a text);
create table hr_child (id int primary key, hr_id int references hr on delete cascade);
create table hr_gone (id int primary key);
select dbaudit_enable('hr', '{"mask": ["a"]}'), dbaudit_enable('hr_gone'), dbarchive_enable('hr', '{"mode": "trash"}') \gset
insert into hr values (1, 'x');
drop table hr_gone;
select results_eq('select check_id, severity, reason from said',
	$$values ('audit_triggers', 'ok', null), ('archive_triggers', 'ok', null),
		('audit_unsealed', 'not_applicable', 'the log of changes has never been sealed'), ('audit_log_size', 'ok', null),
		('held_rows_old', 'ok', null), ('retention_policies', 'ok', null),
		('initialisation_failed', 'ok', null)$$, 'nothing is wrong, and a dropped table has no changes');
select results_eq('select problem from dbaudit_tables() where problem is not null', $$values ('it was dropped')$$,
	'dbaudit_tables() says that it was dropped');

alter table hr disable trigger dbcare_audit;
alter table hr_child disable trigger dbcare_trash;
drop trigger dbcare_trash_truncate on hr;
select results_eq($$select check_id, severity, message from said where severity = 'warning'$$,
	$$values ('audit_triggers', 'warning', 'changes of public.hr may not be logged: its triggers are disabled'),
		('archive_triggers', 'warning', 'the triggers of public.hr that keep deleted rows are missing, disabled or out of date'),
		('archive_triggers', 'warning', 'the triggers of public.hr_child that keep deleted rows are missing, disabled or out of date')$$,
	'disabled and missing triggers');
select results_eq($$select fix_sql from dbhealth_checks('{"checks": ["audit_triggers", "archive_triggers"]}')$$,
	$$values ('SELECT public.dbaudit_enable(''public.hr''::pg_catalog.text, ''{"mask": ["a"]}''::pg_catalog.jsonb);'),
		('create trigger dbcare_trash_truncate before truncate on public.hr for each statement execute function public.dbarchive_capture(''1'');'),
		('alter table public.hr_child enable trigger dbcare_trash;')$$, 'what repairs them');
select is((dbarchive_enable('hr', '{"mode": "trash"}') ->> 'tables')::jsonb, '["public.hr", "public.hr_child"]',
	'dbarchive_enable() enables disabled triggers');
select dbaudit_enable('hr', '{"mask": ["a"]}') \gset
select results_eq($$select distinct severity from said where check_id like '%triggers'$$, $$values ('ok')$$, 'they are as they should be');

select dbarchive_hold('hr', 1, 'case 1') \gset
select is((select severity from said where check_id = 'held_rows_old'), 'ok', 'a new hold');
update dbcare.hold set held_at = now() - interval '400 days 1 hour';
select is((select message from said where check_id = 'held_rows_old'),
	'rows of public.hr have been held for 400 days: 1 hold older than the threshold', 'an old one');

insert into dbcare.policy (policy_id, table_id, table_name, name, options, created_at, created_by) values
	(1, 0, 'public.hr', 'new', '{}', now() - interval '1 day', 'x'), (2, 0, 'public.hr', 'never', '{}', now() - interval '10 days', 'x'),
	(3, 0, 'public.hr', 'late', '{}', now() - interval '20 days', 'x'), (4, 0, 'public.hr', 'fails', '{}', now() - interval '20 days', 'x');
insert into dbcare.policy_run (policy_id, action, started_at, finished_at, row_count, error)
	select policy_id, 'delete', now() - case name when 'late' then interval '9 days' else interval '1 hour' end, null, 0,
		case name when 'fails' then 'column "x" does not exist' end
	from dbcare.policy where name in ('late', 'fails');
select results_eq($$select message from said where check_id = 'retention_policies'$$,
	$$values ('retention policy public.hr fails failed: column "x" does not exist'),
		('retention policy public.hr late was last applied 9 days ago'),
		('retention policy public.hr never has not been applied since it was added 10 days ago')$$, 'policies that fail or were not applied');

select dbinit_run('{"name": "shop", "migrations": [{"version": "1", "name": "one", "up": "create table hr (id int)"}]}') \gset
select matches((select message from said where check_id = 'initialisation_failed'),
	'^the last call of dbinit_run failed: SQLSTATE 42710, at [0-9T:.-]+Z, [{].*shop', 'a failed run of a manifest');
select dbinit_run('{"name": "shop"}', '{"dry_run": true}') \gset
select is((select severity from said where check_id = 'initialisation_failed'), 'warning', 'a dry run does not count');
select dbinit_run('{"name": "shop"}') \gset
select is((select severity from said where check_id = 'initialisation_failed'), 'ok', 'until one succeeds');

insert into dbcare.audit_entry (entry_id, transaction_id, next_transaction, logged_at, shape_id, action, row_key, changed)
	select 1000 + n, 3, 4, now() - interval '30 hours', 1, 'update', n, repeat(n::text, 300) from generate_series(1, 20000) as n;
select matches((select message from said where check_id = 'audit_log_size'),
	'^the log of changes is [0-9.]+ times as large as the data: [0-9.]+ MB for [0-9.]+ kB$', 'a log that is larger than the data');

set role hr_guest;
select results_eq('select distinct severity, reason is not null from said', $$values ('unknown', true)$$,
	'a role that may not read dbcare''s tables gets unknown');
reset role;
select * from finish();
rollback;
