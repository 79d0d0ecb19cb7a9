-- dbcare's tables.
.once made.txt
select dbcare_install();

-- all are STRICT
select name from sqlite_schema where name glob 'dbcare_*' and type = 'table' and sql not like '%strict';
select count(*) > 40 from sqlite_schema where name glob 'dbcare_*' and type = 'table';
update dbcare_history_head set events = 'many';
--> 1
--> ERROR: cannot store TEXT value in INT column dbcare_history_head.events (19)

-- a copy of the schema without rows is as new, until a call writes
delete from dbcare_bookkeeping;
delete from dbcare_history_head;
select count(*) from dbmigrate_status;
select count(*) from dbcare_bookkeeping;
select dbcare_install();
select dbcare_install() ->> 'changed';
select count(*) from dbcare_history_head;
--> 0
--> 0
--> {"changed": true, "version": 1, "previous_version": 0}
--> 0
--> 1

-- it can be uninstalled
delete from dbcare_bookkeeping;
select dbcare_uninstall('{"confirm": "test.db"}') ->> '$.dropped.history';
select count(*) from sqlite_schema where name glob 'dbcare_*';
--> 0
--> 0

-- tables of a newer library are refused, by READ functions too
.once made.txt
select dbcare_install();
insert into dbcare_bookkeeping (version, library_version) values (99, '9.9');
.open test.db
.read begin.inc
select count(*) from dbmigrate_status;
select dbcare_install();
--> ERROR: dbcare: dbcare's tables were created by a newer version of dbcare. The tables have version 99; this library supports version 1. Load the newer library.
--> ERROR: dbcare: dbcare's tables were created by a newer version of dbcare. The tables have version 99; this library supports version 1. Load the newer library.

-- so is a version that there is not
update dbcare_bookkeeping set version = -version;
select count(*) from dbmigrate_status;
select dbcare_install();
--> ERROR: dbcare: the version of dbcare's tables is not valid. The tables have version -1; versions begin with 1.
--> ERROR: dbcare: the version of dbcare's tables is not valid. The tables have version -1; versions begin with 1.

.open bad.db
.read begin.inc
.once made.txt
select dbcare_install();
insert into dbcare_sample (sample_id, taken_at, epoch, readings) values (1, 'noon', 'e', '{}');
insert into dbcare_check_run (check_id, run_at, duration_ms, severity, findings) values ('disk_free', 1.5, 1, 'ok', 0);
insert into dbcare_suppression (check_id, object_pattern, reason, until_at, created_by) values (1.5, '', 'r', 'never', 'a');

-- a bad monitoring value makes only its own results unknown
select json_extract(r, '$.growth') is null, json_extract(r, '$.score') > 0 from (select dbhealth_report() as r);
select severity, object, message from dbhealth_checks('{"checks": ["monitor_self", "missing_primary_key"]}');
--> 1|1
--> ok||nothing found
--> unknown||could not be checked
