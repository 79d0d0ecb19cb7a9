-- The log of migrations: each event has a hash of itself and of the one before.

.once made.txt
select dbmigrate_add('1', 'one', 'create table one (a)', 'drop table one');
.once made.txt
select dbmigrate_add('2', 'two', 'create table two (a)', 'drop table two');
.once made.txt
select dbmigrate_apply();
.once made.txt
select dbmigrate_rollback();

-- every event has one
select count(distinct hash), count(*), max(length(hash)) from dbmigrate_history;
select * from dbmigrate_verify;
--> 5|5|64

-- a changed event is found
update dbcare_history set actor = 'somebody else' where event_id = 3;
select * from dbmigrate_verify;
--> 1|log_changed|event 3 of the log, or one before it, is not what was written

-- so is one whose hash was made to fit, by the one after it
update dbcare_history set actor = (select actor from dbcare_history where event_id = 2) where event_id = 3;
select count(*) from dbmigrate_verify;
update dbcare_history set hash = 'another' where event_id = 3;
select * from dbmigrate_verify;
--> 0
--> 1|log_changed|event 3 of the log, or one before it, is not what was written
--> 2|log_changed|event 4 of the log, or one before it, is not what was written

-- a removed one, too
delete from dbcare_history where event_id = 3;
select * from dbmigrate_verify;
--> 2|log_changed|event 4 of the log, or one before it, is not what was written

-- the log goes on from its last event
.once made.txt
select dbmigrate_apply();
select * from dbmigrate_verify;
--> 2|log_changed|event 4 of the log, or one before it, is not what was written
