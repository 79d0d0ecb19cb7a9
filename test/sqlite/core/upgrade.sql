-- Tables of dbcare that older versions have made.
.open old.db
.read begin.inc
.read 5.sqlite.sql
create trigger own after insert on dbcare_setting begin select 1; end;

-- tables of version 5 are read as they are
select version, state from dbmigrate_status order by version;
select * from dbmigrate_verify();
select max(version) from dbcare_bookkeeping;
--> 1|applied
--> 2|applied
--> 3|applied
--> 4|pending
--> 5

-- the upgraded tables are STRICT, with every row, index and trigger
select dbcare_install();
select name from sqlite_schema where name glob 'dbcare_*' and type = 'table' and sql not like '%strict';
select count(*) from dbcare_history;
select name, sql from sqlite_schema where type = 'trigger';
select * from dbmigrate_verify();
pragma integrity_check;
update dbcare_history set duration_ms = 'soon';
--> {"changed": true, "version": 8, "previous_version": 5}
--> 9
--> own|CREATE TRIGGER own after insert on dbcare_setting begin select 1; end
--> ok
--> ERROR: cannot store TEXT value in INT column dbcare_history.duration_ms (19)

-- upgraded tables continue numbers and can undo old repairs
select dbmigrate_apply() ->> 'applied';
select event_id, event, version from dbcare_history where event_id > 9;
select * from dbmigrate_verify();
select dbcheck_undo(1) ->> 'rows';
select dbmonitor_sample() is null;
--> ["4"]
--> 10|apply|4
--> 1
--> 0

-- a copy of the schema without the rows has every column already
delete from dbcare_bookkeeping;
select dbcare_install();
select dbcare_install() ->> 'changed';
--> {"changed": true, "version": 8, "previous_version": 1}
--> 0

.open first.db
.read begin.inc
.read 1.sqlite.sql
update dbcare_history set duration_ms = 1.5 where event_id = 4;

-- tables of version 1 are upgraded; a value of another type is reported
select version, state from dbmigrate_status order by version;
select * from dbmigrate_verify();
--> 1|applied
--> 2|applied
--> 3|applied
--> 4|pending
--> 2|log_changed|event 4 of the log, or the event before, was changed: duration_ms is not an integer: 1.5

-- a script outside a transaction needs upgraded tables
select dbmigrate_add('5', 'five', 'vacuum') ->> 'version';
select dbmigrate_deploy() ->> 'applied';
select max(version) from dbcare_bookkeeping;
--> 5
--> ["4","5"]
--> 8

-- a table with a value of another type is not converted until the value is fixed
select dbcare_install();
select name from sqlite_schema where name glob 'dbcare_*' and type = 'table' and sql not like '%strict';
select duration_ms from dbcare_history where event_id = 4;
update dbcare_history set duration_ms = 0 where event_id = 4;
select dbcare_install();
select name from sqlite_schema where name glob 'dbcare_*' and type = 'table' and sql not like '%strict';
--> {"changed": false, "version": 8, "not_strict": "dbcare_history is not STRICT: 1 value of column duration_ms must be an integer.", "previous_version": 8}
--> dbcare_history
--> 1.5
--> {"changed": false, "version": 8, "previous_version": 8}

.open samples.db
.read 5.sqlite.sql
.open main.db
.read begin.inc

-- a separate samples file is upgraded
select dbmonitor_start(60, '{"samples_file": "samples.db", "thread": false}') is null;
select name from "dbcare samples".sqlite_schema where name glob 'dbcare_*' and type = 'table' and sql not like '%strict';
select max(version) from "dbcare samples".dbcare_bookkeeping;
--> 0
--> 8

-- a defensive connection can upgrade and stays defensive
.open hard.db
.read begin.inc
.read 5.sqlite.sql
.dbconfig defensive on
select dbcare_install() ->> 'not_strict';
select count(*) from sqlite_schema where type = 'table' and name glob 'dbcare_*' and sql not like '%strict';
update sqlite_schema set sql = sql;
pragma writable_schema;
-->           defensive on
--> 
--> 0
--> ERROR: table sqlite_master may not be modified
--> 0

.open bad.db
.read begin.inc
.read 5.sqlite.sql
update dbcare_sample set taken_at = 'noon';
update dbcare_check_run set run_at = 1.5;
insert into dbcare_suppression (check_id, object_pattern, reason, until_at, created_by) values (1.5, x'00', 'r', 'never', 'a');

-- a bad monitoring value makes only its own results unknown
select json_extract(r, '$.growth') is null, json_extract(r, '$.score') > 0 from (select dbhealth_report() as r);
select severity, object, message from dbhealth_checks('{"checks": ["monitor_self", "missing_primary_key"]}');
--> 1|1
--> ok||nothing found
--> unknown||could not be checked

.open two.db
.read 5.sqlite.sql
pragma writable_schema = on;
update sqlite_schema set sql = sql || '; attach ''planted.db'' as p; create table p.x (a text)' where name = 'dbcare_rule';
pragma writable_schema = reset;
.read begin.inc

-- SQL appended to a table's stored definition does not run
select dbcare_install() ->> 'not_strict';
.shell test ! -e planted.db || echo planted
--> dbcare_rule is not STRICT: it is not a table created by dbcare.
