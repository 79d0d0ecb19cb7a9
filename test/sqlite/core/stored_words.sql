-- Words in dbcare's tables that dbcare does not write: a call that needs one
-- fails and names it, or its result is unknown.

create table child (id integer primary key, age integer);
insert into child values (1, 20), (2, -1);
create table other (id integer primary key, age integer);
.once made.txt
select dbcheck_rule_add('young', 'child', 'age >= 0', '{"repair_sql": "age = 0"}');
.once made.txt
select dbcheck_repair('{"dry_run": false, "rules": ["young"]}');
.once made.txt
select dbmigrate_backfill('aged', 'update other set age = 1');
.once made.txt
select dbmigrate_add('1', 'waits', 'select 1', null, '{"depends_on": ["backfill:aged"]}');
.once made.txt
select dbmonitor_start(60, '{"samples_file": "", "thread": false}');

-- upgrading replaces the severity of a rule
update dbcare_rule set severity = 'grave';
select severity, message from dbcheck_run;
update dbcare_rule set severity = 'warning';
--> unknown|severity is not one of info, warning, critical: "grave"

-- upgrading replaces the action of a repair
update dbcare_quarantine set action = 'deleted';
select dbcheck_undo(1);
update dbcare_quarantine set action = 'update';
select count(*) from child;
--> ERROR: dbcare: action is not one of delete, update: "deleted". The value was read from dbcare_quarantine (check/repair_steps, row 1). Correct the value in that table, or restore the table from a backup. (11)
--> 2

-- upgrading replaces the state of a backfill
pragma ignore_check_constraints = on;
update dbcare_backfill set state = 'done';
select dbmigrate_apply();
update dbcare_backfill set state = 'complete';
pragma ignore_check_constraints = off;
--> ERROR: dbcare: state is not one of running, paused, failed, complete: "done". The value was read from dbcare_backfill (backfill/left, row 1). Correct the value in that table, or restore the table from a backup. (11)

-- upgrading replaces the severity of an alert
insert into dbcare_alert (alert, severity, message, pending_at, raised_at, last_at)
select 'health_score', 'grave', 'm', changed_at, changed_at, changed_at from dbcare_monitor;
select dbmonitor_sample();
delete from dbcare_alert;
--> ERROR: dbcare: severity is not one of warning, critical: "grave". The value was read from dbcare_alert (monitor/alerts_open, row 1). Correct the value in that table, or restore the table from a backup. (11)

-- upgrading replaces options of the monitor
update dbcare_monitor set options = '{"a": 1}';
select dbmonitor_sample();
--> ERROR: dbcare: the stored options of the monitor are not valid. The options stored in dbcare_monitor are: unknown option "a". To replace the stored options, call dbmonitor_start() again. (11)

-- upgrading changes no other values
.once made.txt
select dbmonitor_start(60, '{"thread": false}');
select dbcheck_undo(1) ->> 'rows', dbmonitor_sample() is not null;
--> 1|1
