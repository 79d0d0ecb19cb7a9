-- Health checks of what dbcare records: audit_triggers, archive_triggers,
-- audit_unsealed, audit_log_size, held_rows_old, retention_policies,
-- initialisation_failed.
create temp view records_said as
	select check_id, severity, object, replace(message, 'main.', '') as message, fix_sql is not null as has_fix, reason
	from dbhealth_checks('{"checks": ["audit_triggers", "archive_triggers", "audit_unsealed", "audit_log_size", "held_rows_old", "retention_policies", "initialisation_failed"]}');

-- without dbcare's tables the checks do not apply
select distinct severity, reason from records_said;
--> not_applicable|dbcare's tables do not exist

create table t (id integer primary key, a text);
create table u (id integer primary key, t_id integer references t on delete cascade);
create table gone (id integer primary key);
.output /dev/null
select dbaudit_enable('t', '{"mask": ["a"]}');
select dbaudit_enable('gone');
select dbarchive_enable('t', '{"mode": "trash"}');
insert into t values (1, 'x');
.output stdout
drop table gone;
-- nothing is wrong, and a dropped table has no changes
select check_id, severity, reason from records_said;
--> audit_triggers|ok|
--> archive_triggers|ok|
--> audit_unsealed|not_applicable|the log of changes has never been sealed
--> audit_log_size|ok|
--> held_rows_old|ok|
--> retention_policies|ok|
--> initialisation_failed|ok|
-- dbaudit_tables() says that it was dropped
select table_name, problem from dbaudit_tables() where problem is not null;
--> gone|it was dropped

-- a column that the log does not know, and a trigger that is missing
alter table t add column b text;
drop trigger dbcare_trash_u;
select check_id, severity, object, message, has_fix from records_said where severity = 'warning';
--> audit_triggers|warning|t|changes of t may not be logged: its columns have changed|1
--> archive_triggers|warning|t|the triggers of t that keep deleted rows are missing, disabled or out of date|1
--> archive_triggers|warning|u|the triggers of u that keep deleted rows are missing, disabled or out of date|1
-- the fixes repair them, and keep the options of the log
select fix_sql from dbhealth_checks('{"checks": ["audit_triggers"]}');
select dbhealth_fix('audit_triggers', '{"dry_run": false}') ->> 'fixed', dbhealth_fix('archive_triggers', '{"dry_run": false}') ->> 'fixed';
select severity, count(*) from records_said where check_id like '%triggers' group by 1;
--> SELECT dbaudit_enable('t', '{"mask": ["a"]}');
--> 1|2
--> ok|2

-- the age of the oldest entry that is not sealed
select dbaudit_seal() ->> 'seals';
insert into t values (2, 'y', null);
select severity, message from records_said where check_id = 'audit_unsealed';
update dbcare_audit_entry set logged_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-30 hours') where entry_id = (select max(entry_id) from dbcare_audit_entry);
select severity, message, has_fix from records_said where check_id = 'audit_unsealed';
--> 1
--> ok|nothing found
--> warning|the oldest entry of the log of changes that is not sealed is 30 hours old|1
-- its fix seals the log
select dbhealth_fix('audit_unsealed', '{"dry_run": false}') ->> 'fixed';
--> 1

-- held rows, below and above the term
select dbarchive_hold('t', 1, 'case 1') is not null;
select severity from records_said where check_id = 'held_rows_old';
update dbcare_hold set held_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-400 days');
select severity, message from records_said where check_id = 'held_rows_old';
--> 1
--> ok
--> warning|rows of t have been held for 400 days: 1 hold older than the threshold

-- policies
insert into dbcare_policy (table_id, table_name, name, options, created_at, created_by) values
	(0, 't', 'new', '{}', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day'), 'x'),
	(0, 't', 'never', '{}', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 days'), 'x'),
	(0, 't', 'late', '{}', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-20 days'), 'x'),
	(0, 't', 'fails', '{}', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-20 days'), 'x');
insert into dbcare_policy_run (policy_id, action, started_at, finished_at, row_count, error)
	select policy_id, 'delete', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', iif(name = 'late', '-9 days', '-1 hour')), null, 0, iif(name = 'fails', 'no such column: x', null)
	from dbcare_policy where name in ('late', 'fails');
select severity, message from records_said where check_id = 'retention_policies';
--> warning|retention policy t fails failed: no such column: x
--> warning|retention policy t late was last applied 9 days ago
--> warning|retention policy t never has not been applied since it was added 10 days ago

-- a failed run of a manifest
.output /dev/null
select dbinit_run('{"name": "shop", "migrations": [{"version": "1", "name": "one", "up": "create table t (id)"}]}');
.output stdout
select severity, message glob 'the last call of dbinit_run failed: SQLSTATE 42710, at *, {*shop*' from records_said where check_id = 'initialisation_failed';
--> warning|1
.output /dev/null
select dbinit_run('{"name": "shop"}', '{"dry_run": true}');
.output stdout
-- a dry run does not count
select severity from records_said where check_id = 'initialisation_failed';
--> warning
.output /dev/null
select dbinit_run('{"name": "shop"}');
.output stdout
-- a run that succeeds ends it
select severity from records_said where check_id = 'initialisation_failed';
--> ok

-- a log that is larger than the data
select severity from records_said where check_id = 'audit_log_size';
insert into dbcare_audit_entry (entry_id, transaction_id, logged_at, shape_id, action, row_key, changed)
	values (1000000, 1, '2026-01-01T00:00:00.000Z', 1, 'delete', '1', '{"id": 1}');
select severity, message from records_said where check_id = 'audit_log_size';
--> ok
--> warning|the log of changes is 129666667 times as large as the data: 124 MB for 0 bytes
