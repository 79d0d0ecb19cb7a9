-- dbmigrate_deploy, and what runs outside a transaction.

create table run_log (step);

-- each migration has its own transaction; a failure is recorded and raised
select dbmigrate_add('1', 'one', 'create table one (a); insert into run_log values (1)') ->> 'version';
select dbmigrate_add('2', 'two', 'create table two (a);
insert into nowhere values (1)') ->> 'version';
select dbmigrate_deploy();
select version, state from dbmigrate_status;
select name from sqlite_schema where name in ('one', 'two');
select event, version, error from dbmigrate_history where event <> 'register';
--> 1
--> 2
--> ERROR: dbcare: no such table: nowhere. Migrations applied before the failure remain applied: ["1"]. In migration 2 up, statement 2, line 2.
--> 1|applied
--> 2|failed
--> one
--> apply|1|
--> failure|2|no such table: nowhere. In migration 2 up, statement 2, line 2.

-- a failure can be reported instead of raised
select dbmigrate_deploy(null, '{"on_error": "report"}') ->> '$.error.message';
select state from dbmigrate_status where version = '2';
--> no such table: nowhere
--> failed

-- VACUUM runs outside a transaction
select dbmigrate_add('2', 'two', 'pragma auto_vacuum = full; insert into run_log values (2); vacuum; insert into run_log values (3)') ->> 'action';
select transactional from dbmigrate_status where version = '2';
select dbmigrate_deploy() ->> 'applied';
pragma auto_vacuum;
select step from run_log;
select count(*) from dbcare_deployment;
--> updated
--> 0
--> ["2"]
--> 1
--> 1
--> 2
--> 3
--> 0

-- journal_mode and checkpoints run outside a transaction
select dbmigrate_add('3', 'three', 'pragma journal_mode = wal') ->> 'version';
select dbmigrate_add('4', 'four', 'insert into run_log values (4); pragma wal_checkpoint(truncate)') ->> 'version';
select dbmigrate_deploy() ->> 'applied';
pragma journal_mode;
--> 3
--> 4
--> ["3","4"]
--> wal

-- a checkpoint blocked by a reader fails
select dbmigrate_add('4.1', 'late', 'pragma wal_checkpoint(truncate)') ->> 'version';
.shell mkfifo read
.shell sqlite3 test.db 'insert into run_log values (0)' 'begin' 'select count(*) from run_log' '.shell touch reading' '.shell timeout 60 cat read' > out.txt &
.shell timeout 60 sh -c 'until [ -e reading ]; do sleep 0.05; done'
.shell sqlite3 test.db 'delete from run_log where step = 0'
select dbmigrate_deploy(null, '{"lock_timeout_ms": 100, "lock_retries": 1}');
.shell echo > read
select dbmigrate_deploy() ->> 'applied';
--> 4.1
--> ERROR: dbcare: other connections prevent the checkpoint from completing. No migration was applied. In migration 4.1 up, statement 1, line 1.
--> ["4.1"]

-- leaving WAL mode while others are connected is refused
select dbmigrate_add('5', 'five', 'pragma journal_mode = delete') ->> 'version';
select dbmigrate_deploy();
pragma journal_mode;
select dbmigrate_add('5', 'five', 'pragma journal_mode; pragma main.journal_mode = wal') ->> 'action';
select dbmigrate_deploy() ->> 'applied';
--> 5
--> ERROR: dbcare: journal_mode cannot be changed from wal while other connections are open. No migration was applied. In migration 5 up, statement 1, line 1. Close all connections, run the statement manually on a new connection, then call dbmigrate_baseline().
--> wal
--> updated
--> ["5"]

-- a resumed script attaches its files again
select dbmigrate_add('6', 'six', 'attach ''other.db'' as other;
create table other.t (a);
insert into other.t values (6);
insert into run_log select a from other.t;
select * from missing;
insert into run_log select a + 1 from other.t;
detach other') ->> 'version';
select dbmigrate_deploy();
select statement_no, begun from dbcare_deployment;
select version, state from dbmigrate_status where version = '6';
create table missing (a);
select dbmigrate_deploy() ->> 'applied';
select step from run_log where step > 4;
drop table missing;
--> 6
--> ERROR: dbcare: no such table: missing. No migration was applied. In migration 6 up, statement 5, line 5.
--> 5|0
--> 6|failed
--> ["6"]
--> 6
--> 7

-- a script has the caller's foreign_keys and leaves handlers unchanged
pragma foreign_keys = on;
create table parent (id integer primary key);
create table child (parent_id references parent);
select dbmigrate_add('7', 'seven', 'pragma busy_timeout = 1; vacuum; insert into child values (7)') ->> 'version';
select dbmigrate_deploy(null, '{"on_error": "report"}') ->> '$.error.message';
insert into parent values (7);
select dbmigrate_deploy() ->> 'applied';
pragma foreign_keys;
pragma foreign_keys = off;
--> 7
--> FOREIGN KEY constraint failed
--> ["7"]
--> 1

-- a script that cannot be parsed is refused
select dbmigrate_add('8', 'eight', 'vacuum; select ''', null, '{"transactional": false}') ->> 'version';
select dbmigrate_deploy(null, '{"on_error": "report"}') ->> '$.error.line';
select dbmigrate_add('8', 'eight', 'select 8', null, '{"transactional": false}') ->> 'action';
select dbmigrate_deploy() ->> 'applied';
--> 8
--> 1
--> updated
--> ["8"]

-- migrations are refused while another process runs them
select dbmigrate_add('8.1', 'other', 'vacuum; select * from missing') ->> 'version';
select dbmigrate_deploy(null, '{"on_error": "report"}') ->> 'failed';
update dbcare_deployment set runner = 1;
select dbmigrate_deploy(null, '{"lock_retries": 1}');
select dbmigrate_apply();
select dbmigrate_rollback();
select dbmigrate_test();
select dbmigrate_add('8.1', 'other', 'vacuum');
select dbcare_uninstall('{"confirm": "test.db"}');
select dbmigrate_repair() ->> 'cleared';
select dbmigrate_add('8.1', 'other', 'vacuum') ->> 'action';
select dbmigrate_deploy() ->> 'applied';
--> 8.1
--> 8.1
--> ERROR: dbcare: process 1 is running it. No migration was applied. If the process is another program, call dbmigrate_repair(). (5)
--> ERROR: dbcare: migrations are running in process 1. Try again when that process has ended; if the process is another program, call dbmigrate_repair(). (5)
--> ERROR: dbcare: migrations are running in process 1. Try again when that process has ended; if the process is another program, call dbmigrate_repair(). (5)
--> ERROR: dbcare: migrations are running in process 1. Try again when that process has ended; if the process is another program, call dbmigrate_repair(). (5)
--> ERROR: dbcare: migrations are running in process 1. Try again when that process has ended; if the process is another program, call dbmigrate_repair(). (5)
--> ERROR: dbcare: migrations are running in process 1. Try again when that process has ended; if the process is another program, call dbmigrate_repair(). (5)
--> ["8.1"]
--> updated
--> ["8.1"]

-- dbmigrate_repair() discards the place of an interrupted script
select dbmigrate_add('9', 'nine', 'vacuum; select * from missing') ->> 'version';
select dbmigrate_deploy(null, '{"on_error": "report"}') ->> 'failed';
select count(*) from dbcare_deployment;
select version, finding, message from dbmigrate_verify;
select dbmigrate_repair() ->> 'cleared';
select count(*) from dbcare_deployment;
select state from dbmigrate_status where version = '9';
select dbmigrate_add('9', 'nine', 'vacuum') ->> 'action';
select dbmigrate_deploy() ->> 'applied';
--> 9
--> 9
--> 1
--> 9|unfinished|statement 2 of the script has not completed; dbmigrate_deploy() resumes there
--> ["9"]
--> 0
--> pending
--> updated
--> ["9"]

-- deploy is refused inside a transaction and in a larger statement
begin;
select dbmigrate_deploy();
rollback;
select dbmigrate_deploy() from run_log;
insert into run_log values (dbmigrate_deploy());
--> ERROR: dbcare: dbmigrate_deploy cannot run inside a transaction. Repeat the call outside a transaction, with autocommit on.
--> ERROR: dbcare: dbmigrate_deploy cannot be called in a SELECT with a FROM clause. Run SELECT dbmigrate_deploy(...);
--> ERROR: dbcare: dbmigrate_deploy cannot run inside a statement that writes. Run SELECT dbmigrate_deploy(...);

-- a deploy behind another writer fails after lock_timeout_ms
select dbmigrate_add('10', 'ten', 'vacuum') ->> 'version';
.shell mkfifo ended
.shell sqlite3 test.db 'begin immediate' '.shell touch begun' '.shell timeout 60 cat ended' > out.txt &
.shell timeout 60 sh -c 'until [ -e begun ]; do sleep 0.05; done'
select dbmigrate_deploy(null, '{"lock_timeout_ms": 100}');
.shell echo > ended
select dbmigrate_deploy() ->> 'applied';
--> 10
--> ERROR: dbcare: the database is locked by another connection. Try again when the other connection has ended its transaction. (5)
--> ["10"]

-- a memory database refuses scripts outside a transaction
.open :memory:
.read begin.inc
select dbmigrate_add('1', 'one', 'create table one (a)') ->> 'version';
select dbmigrate_add('2', 'two', 'vacuum') ->> 'version';
select dbmigrate_deploy();
select version, state from dbmigrate_status;
--> 1
--> 2
--> ERROR: dbcare: statements that cannot run inside a transaction need a second connection, and an in-memory database has only one. Migrations applied before the failure remain applied: ["1"]. In migration 2 up, statement 1, line 1. Run the script manually, then call dbmigrate_baseline().
--> 1|applied
--> 2|failed

-- a connection that keeps its lock does not wait for itself
.open exclusive.db
.read begin.inc
select dbmigrate_add('1', 'one', 'vacuum') ->> 'version';
pragma locking_mode = exclusive;
select dbmigrate_deploy();
pragma locking_mode = normal;
select dbmigrate_deploy() ->> 'success';
--> 1
--> exclusive
--> ERROR: dbcare: statements that cannot run inside a transaction need a second connection, and locking_mode is exclusive. No migration was applied. In migration 1 up, statement 1, line 1. PRAGMA locking_mode = NORMAL;
--> normal
--> 1
