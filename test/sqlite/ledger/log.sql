-- The log of migrations: each event has a hash of itself and of the one before.

.once made.txt
select dbmigrate_add('1', 'one', 'create table one (a)', 'drop table one');
.once made.txt
select dbmigrate_add('2', 'two', 'create table two (a)', 'drop table two');
.once made.txt
select dbmigrate_apply();
.once made.txt
select dbmigrate_rollback();

-- every event has a hash
select count(distinct hash), count(*), max(length(hash)) from dbmigrate_history;
select * from dbmigrate_verify;
--> 5|5|64

-- a changed event is found
update dbcare_history set actor = 'somebody else' where event_id = 3;
select * from dbmigrate_verify;
--> 1|log_changed|event 3 of the log, or the event before, was changed

-- a changed event with a matching hash is found by its successor
update dbcare_history set actor = (select actor from dbcare_history where event_id = 2) where event_id = 3;
select count(*) from dbmigrate_verify;
update dbcare_history set hash = 'another' where event_id = 3;
select * from dbmigrate_verify;
--> 0
--> 1|log_changed|event 3 of the log, or the event before, was changed
--> 2|log_changed|event 4 of the log, or the event before, was changed

-- a removed event is found by its number, its successor and the count
delete from dbcare_history where event_id = 3;
select * from dbmigrate_verify where finding = 'log_changed';
--> |log_changed|event 3 of the log is missing
--> 2|log_changed|event 4 of the log, or the event before, was changed
--> |log_changed|the log has 4 events, but 5 were written

-- new events follow the last event
.once made.txt
select dbmigrate_apply();
select message from dbmigrate_verify where finding = 'log_changed';
--> event 3 of the log is missing
--> event 4 of the log, or the event before, was changed
--> the log has 5 events, but 6 were written

-- ---- the end of the log ----

.open end.db
.read begin.inc
.once made.txt
select dbmigrate_add('1', 'one', 'create table one (a)', 'drop table one');
.once made.txt
select dbmigrate_add('2', 'two', 'create table two (a)', 'drop table two');
.once made.txt
select dbmigrate_apply();
create table kept as select * from dbcare_history;
create table kept_head as select * from dbcare_history_head;
create table kept_ledger as select * from dbcare_ledger;

-- events removed from the end are found
begin;
delete from dbcare_history where event_id = 4;
select * from dbmigrate_verify where finding <> 'drift';
rollback;
--> |log_changed|event 4 of the log is missing at its end
--> |log_changed|the log has 3 events, but 4 were written
--> 2|ledger_changed|the migration is in the ledger, but the log does not record it as applied

-- an emptied log is found, and numbers continue
begin;
delete from dbcare_history;
select * from dbmigrate_verify where finding = 'log_changed';
.once made.txt
select dbmigrate_rollback();
select * from dbmigrate_verify where finding = 'log_changed';
select event_id, event from dbcare_history;
rollback;
--> |log_changed|events 1 to 4 of the log are missing at its end
--> |log_changed|the log has 0 events, but 4 were written
--> |log_changed|events 1 to 4 of the log are missing
--> 2|log_changed|event 5 of the log, or the event before, was changed
--> |log_changed|the log has 1 event, but 5 were written
--> 5|rollback

-- an event that was added by hand is found
begin;
insert into dbcare_history (event, version, name, actor, hash) values ('apply', '1', 'one', 'somebody', 'made up');
select * from dbmigrate_verify where finding = 'log_changed';
rollback;
--> 1|log_changed|event 5 of the log, or the event before, was changed
--> |log_changed|event 5 of the log is not written by dbcare
--> |log_changed|the log has 5 events, but 4 were written

-- a missing or wrong head is found by the recorded one
begin;
delete from dbcare_history_head;
select * from dbmigrate_verify where finding = 'log_changed';
rollback;
begin;
update dbcare_history_head set hash = 'another';
select * from dbmigrate_verify where finding = 'log_changed';
rollback;
--> |log_changed|the record of the end of the log is missing, so events removed from the end cannot be detected
--> |log_changed|event 4, the last of the log, does not have the hash that was recorded

-- cutting off the head with the end of the log leaves the ledger
begin;
delete from dbcare_history where event_id = 4;
update dbcare_history_head set events = 3, event_id = 3, hash = (select hash from dbcare_history where event_id = 3);
select * from dbmigrate_verify where finding <> 'drift';
-- an event recorded outside is compared with the log
delete from dbcare_ledger where version = '2';
select count(*) from dbmigrate_verify where finding <> 'drift';
insert into dbcare_setting (name, value, changed_by) select 'history_head', '4:' || hash, 'auditor' from kept where event_id = 4;
select version, finding, substr(message, 1, 67) from dbmigrate_verify where finding <> 'drift';
rollback;
insert into dbcare_setting (name, value, changed_by) select 'history_head', '4:' || hash, 'auditor' from kept where event_id = 4;
select count(*) from dbmigrate_verify where finding <> 'drift';
--> 2|ledger_changed|the migration is in the ledger, but the log does not record it as applied
--> 0
--> |log_changed|the log does not contain the event of the setting history_head, "4:
--> 0

-- the results of migrations say what to record
select json_extract(dbmigrate_rollback(), '$.head.event_id');
.once made.txt
select dbmigrate_apply();
select json_extract(readfile('made.txt'), '$.head.hash') = hash from dbcare_history where event_id = 6;
select json_extract(dbmigrate_apply(), '$.head') is null;
select count(*) from dbmigrate_verify;
--> 5
--> 1
--> 1
--> 0

-- ---- ledger and registered texts ----

-- a script changed with its checksum is found
begin;
update dbcare_migration set up_sql = 'create table other (a)', checksum = 'abc' where version = '1';
update dbcare_ledger set up_sql = 'create table other (a)', checksum = 'abc' where version = '1';
update dbcare_ledger set down_sql = 'drop table other' where version = '2';
select * from dbmigrate_verify where finding <> 'drift';
rollback;
--> 1|ledger_changed|the registered text is not the one in the log
--> 1|ledger_changed|the applied text is not in the log
--> 2|ledger_changed|the applied text is not in the log

-- a migration removed from or added to the ledger is found
begin;
delete from dbcare_ledger where version = '2';
select * from dbmigrate_verify where finding <> 'drift';
rollback;
begin;
.once made.txt
select dbmigrate_rollback();
insert into dbcare_ledger select * from kept_ledger where version = '2';
select * from dbmigrate_verify where finding <> 'drift';
rollback;
--> 2|ledger_changed|the log records the migration as applied, but it is not in the ledger
--> 2|ledger_changed|the migration is in the ledger, but the log does not record it as applied

-- changes by dbcare's own functions are no findings
.once made.txt
select dbmigrate_add('2', 'two', 'create table two (a, b)', 'drop table two');
.once made.txt
select dbmigrate_repair('{"accept": ["2"]}');
.once made.txt
select dbmigrate_add('3', 'three', 'create table three (a)');
.once made.txt
select dbmigrate_baseline('3');
.once made.txt
select dbmigrate_add('4', 'four', 'create table four (a)', null, '{"repeatable": true}');
.once made.txt
select dbmigrate_apply();
.once made.txt
select dbmigrate_add('4', 'four', 'create table if not exists four (a)', null, '{"repeatable": true}');
.once made.txt
select dbmigrate_apply();
delete from dbcare_migration where version = '3';
.once made.txt
select dbmigrate_repair('{"forget": ["3"]}');
select * from dbmigrate_verify;
select group_concat(event || version, ' ') from dbmigrate_history where event_id > 6;
--> register2 repair2 register3 baseline3 register4 apply4 register4 apply4 repair3
