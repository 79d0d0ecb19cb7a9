-- Calling functions: arguments, results, and the table-valued ones.

-- ---- table-valued functions ----

-- table-valued functions work with and without parentheses
select count(*) = (select count(*) from dbcare_functions()) from dbcare_functions;
--> 1

-- arguments come in parentheses or as hidden columns
select check_id from dbhealth_checks('{"checks": ["disk_free"]}');
select check_id from dbhealth_checks where options = '{"checks": ["disk_free"]}';
select check_id from dbhealth_checks('{"checks": ["disk_free"]}') where options is not null;
--> disk_free
--> disk_free
--> disk_free

-- the second argument can be given alone
select dbmigrate_add('1', 'one', 'create table one (a); create table two (a)', 'drop table two') ->> 'version';
select statement from dbmigrate_plan where options = '{"direction": "up"}';
select statement from dbmigrate_plan('1', '{"direction": "up"}') where statement_no = 2;
--> 1
--> create table one (a)
--> create table two (a)
--> create table two (a)

-- a join can pass arguments per row
select wanted.value, check_id
from json_each('["wal_growth", "disk_free"]') as wanted
join dbhealth_checks(json_object('checks', json_array(wanted.value)))
order by wanted.value;
--> disk_free|disk_free
--> wal_growth|wal_growth

-- hidden columns show the arguments
select options from dbhealth_checks('{"checks": ["disk_free"]}');
select target, options from dbmigrate_plan('1', '{"direction": "up"}') limit 1;
--> {"checks": ["disk_free"]}
--> 1|{"direction": "up"}

-- there are as many hidden columns as arguments
select * from dbmigrate_plan('1', '{}', 'more');
--> ERROR: too many arguments on dbmigrate_plan() - max 2

-- table-valued functions cannot be created, dropped or written
create virtual table mine using dbmigrate_status;
insert into dbmigrate_status (version) values ('1');
delete from dbmigrate_status;
--> ERROR: no such module: dbmigrate_status
--> ERROR: table dbmigrate_status may not be modified
--> ERROR: table dbmigrate_status may not be modified

-- table-valued functions can be read twice in a query
select a.version, b.version from dbmigrate_status a join dbmigrate_status b limit 1;
select count(*) from dbcare_functions where name in (select name from dbcare_functions where class = 'PURE');
select name from dbcare_functions order by name limit 1 offset 2;
select rowid, version from dbmigrate_status where rowid = 1;
--> 1|1
--> 3
--> dbarchive_archives
--> 1|1

-- columns have the names of the reference
.headers on
select * from dbmigrate_pending;
select part, bytes > 0 as bytes from dbhealth_size limit 1;
.headers off
--> step|version|name|description|reversible|transactional|depends_on
--> 1|1|one||1|1|[]
--> part|bytes
--> database|1

-- views may read table-valued functions
create view pending as select version, name from dbmigrate_pending;
create view health as select check_id, severity from dbhealth_checks where options = '{"checks": ["disk_free"]}';
select * from pending;
select check_id from health;
--> 1|one
--> disk_free

-- triggers may read table-valued functions
create table seen (version);
create table watched (a);
create trigger watch after insert on watched begin
	insert into seen select version from dbmigrate_pending;
end;
insert into watched values (1);
select * from seen;
--> 1

-- functions that run stored SQL are refused in a view
create view checked as select * from dbmigrate_verify;
select * from checked;
select count(*) from dbmigrate_verify;
--> ERROR: unsafe use of virtual table "dbmigrate_verify"
--> 0

-- functions that write are refused in views and triggers
create view sets as select dbcare_set('actor', 'me');
select * from sets;
create temp trigger sets_too after insert on watched begin
	select dbcare_set('actor', 'me');
end;
insert into watched values (2);
--> ERROR: unsafe use of dbcare_set()
--> ERROR: dbcare: dbcare_set cannot run inside a statement that writes. Run SELECT dbcare_set(...);

-- with an untrusted schema views cannot call READ functions
.dbconfig trusted_schema off
select * from pending;
select version from dbmigrate_pending;
.dbconfig trusted_schema on
-->      trusted_schema off
--> ERROR: unsafe use of virtual table "dbmigrate_pending"
--> 1
-->      trusted_schema on

-- ---- arguments ----

-- a wrong number of arguments is refused
select dbcare_set('actor');
select dbmigrate_add('1', 'one');
select dbmigrate_apply('1', '{}', 1);
select dbcare_version(1);
--> ERROR: wrong number of arguments to function dbcare_set()
--> ERROR: wrong number of arguments to function dbmigrate_add()
--> ERROR: wrong number of arguments to function dbmigrate_apply()
--> ERROR: wrong number of arguments to function dbcare_version()

-- text arguments refuse other types
select dbcare_get(1);
select dbcare_get(1.5);
select dbcare_get(x'00');
select dbcare_get(null);
select dbmigrate_add('2', x'', 'select 1');
select dbmigrate_add('2', 'two', 3);
--> ERROR: dbcare: argument name of dbcare_get must be text, not integer
--> ERROR: dbcare: argument name of dbcare_get must be text, not real
--> ERROR: dbcare: argument name of dbcare_get must be text, not blob
--> ERROR: dbcare: argument name of dbcare_get must not be null
--> ERROR: dbcare: argument name of dbmigrate_add must be text, not blob
--> ERROR: dbcare: argument up_sql of dbmigrate_add must be text, not integer

-- versions that look like numbers stay text
select dbmigrate_add(2, 'two', 'select 1');
select dbmigrate_add(2.10, 'two', 'select 1');
select dbmigrate_add(9223372036854775807, 'two', 'select 1');
select dbmigrate_add(9e999, 'two', 'select 1');
select dbmigrate_add(x'31', 'two', 'select 1');
select dbmigrate_apply(1);
--> ERROR: dbcare: version 2 is a number. Versions are text: as a number, 1.10 would become 1.1. Quote the version: '1.10'.
--> ERROR: dbcare: version 2.1 is a number. Versions are text: as a number, 1.10 would become 1.1. Quote the version: '1.10'.
--> ERROR: dbcare: version 9223372036854775807 is a number. Versions are text: as a number, 1.10 would become 1.1. Quote the version: '1.10'.
--> ERROR: dbcare: version Inf is a number. Versions are text: as a number, 1.10 would become 1.1. Quote the version: '1.10'.
--> ERROR: dbcare: argument version of dbmigrate_add must be text, not blob
--> ERROR: dbcare: version 1 is a number. Versions are text: as a number, 1.10 would become 1.1. Quote the version: '1.10'.

-- options are JSON text
select dbmigrate_apply(null, 1);
select dbmigrate_apply(null, x'7b7d');
select dbmigrate_apply(null, 'dry_run');
select dbmigrate_apply(null, '{"dry_run": }');
select * from dbhealth_checks('{"level": "full"');
select * from dbhealth_checks(1);
select * from dbmigrate_plan(1.5);
select * from dbmigrate_plan(null, '[]');
--> ERROR: dbcare: argument options of dbmigrate_apply must be text, not integer
--> ERROR: dbcare: argument options of dbmigrate_apply must be text, not blob
--> ERROR: dbcare: argument options of dbmigrate_apply is not valid JSON
--> ERROR: dbcare: argument options of dbmigrate_apply is not valid JSON
--> ERROR: dbcare: argument options of dbhealth_checks is not valid JSON
--> ERROR: dbcare: argument options of dbhealth_checks must be text, not integer
--> ERROR: dbcare: version 1.5 is a number. Versions are text: as a number, 1.10 would become 1.1. Quote the version: '1.10'.
--> ERROR: dbcare: options must be a JSON object, not []. Pass a JSON object such as '{"key": value}'.

-- text must be UTF-8 without NUL
select dbcare_get('slow' || char(0) || 'query');
select dbcare_get(cast(x'ff' as text));
select dbcare_set('actor', cast(x'c3' as text));
select dbcare_set('actor', cast(x'eda080' as text));
select dbcare_set('actor', cast(x'61c328' as text));
--> ERROR: dbcare: invalid byte sequence for encoding "UTF8": 0x00
--> ERROR: dbcare: invalid byte sequence for encoding "UTF8": 0xff
--> ERROR: dbcare: invalid byte sequence for encoding "UTF8": 0xc3
--> ERROR: dbcare: invalid byte sequence for encoding "UTF8": 0xed 0xa0 0x80
--> ERROR: dbcare: invalid byte sequence for encoding "UTF8": 0xc3 0x28

-- values of settings may have any type except BLOB
select dbcare_set('actor', x'00');
select dbcare_set('slow_query_ms', 9223372036854775807);
select dbcare_set('slow_query_ms', 1e22);
select dbcare_set('slow_query_ms', 9e999);
select dbcare_set('connection_usage_warning', 0.5) ->> 'value';
select dbcare_set('actor', 1.5) ->> 'value';
--> ERROR: dbcare: argument value of dbcare_set must be a number or text, not blob
--> ERROR: dbcare: setting "slow_query_ms" cannot be "9223372036854775807". The value must be a number from 0 to 1000000000000.
--> ERROR: dbcare: setting "slow_query_ms" cannot be "10000000000000000000000". The value must be a number from 0 to 1000000000000.
--> ERROR: dbcare: setting "slow_query_ms" cannot be "inf". The value must be a number from 0 to 1000000000000.
--> 0.5
--> 1.5

-- long text is not cut
select dbcare_set('actor', printf('%01000d', 7)) ->> 'name';
select length(dbcare_get('actor')), length(value) from dbcare_settings where name = 'actor';
select dbmigrate_add('3', 'long', printf('select %01000000d', 3)) ->> 'version';
select length(statement) from dbmigrate_plan where version = '3';
--> actor
--> 1000|1000
--> 3
--> 1000007

-- JSON results have the JSON subtype
select json_type(json_object('a', dbhealth_ping()), '$.a');
select typeof(dbmigrate_apply()), typeof(dbmigrate_version()), typeof(dbhealth_score());
--> object
--> text|text|integer

-- functions that SQLite lacks name an alternative
select dbcare_grant('somebody', 'monitor');
--> ERROR: dbcare: dbcare_grant exists on PostgreSQL only. SQLite has no roles: use file permissions.
-- dbhealth_fleet says what to do on SQLite
select * from dbhealth_fleet();
--> ERROR: dbcare: dbhealth_fleet exists on PostgreSQL only. Query each file separately: SELECT dbhealth_report();
-- so do these
select * from dbhealth_vacuum();
select * from dbmonitor_tables();
select * from dbmonitor_errors();
select * from dbmonitor_locks();
select * from dbmonitor_waits();
select * from dbmonitor_plans();
--> ERROR: dbcare: dbhealth_vacuum exists on PostgreSQL only. SQLite leaves no dead rows; the health check free_pages finds free space.
--> ERROR: dbcare: dbmonitor_tables exists on PostgreSQL only. SQLite does not count reads and writes of tables; dbhealth_growth() has their growth.
--> ERROR: dbcare: dbmonitor_errors exists on PostgreSQL only. SQLite does not tell a library which statements fail: count them in the application.
--> ERROR: dbcare: dbmonitor_locks exists on PostgreSQL only. SQLite does not tell which connection holds a lock; let others wait: PRAGMA busy_timeout = 5000;
--> ERROR: dbcare: dbmonitor_waits exists on PostgreSQL only. SQLite has no wait events; dbmonitor_queries() has the time of statements.
--> ERROR: dbcare: dbmonitor_plans exists on PostgreSQL only. No sampler plans statements on SQLite; EXPLAIN QUERY PLAN shows how a statement is run now.

-- recording and measuring do, too
select dbmigrate_watch(1);
select dbaudit_watch(1);
select dbmigrate_measure();
--> ERROR: dbcare: dbmigrate_watch exists on PostgreSQL only. SQLite does not record who changes a schema; dbmigrate_drift() lists the changes.
--> ERROR: dbcare: dbaudit_watch exists on PostgreSQL only. SQLite does not record who changes a schema; dbmigrate_drift() lists the changes.
--> ERROR: dbcare: dbmigrate_measure exists on PostgreSQL only. dbmigrate_plan() lists what pending statements lock; dbmigrate_test() runs them and rolls them back.

-- a check of PostgreSQL alone has no fix
select dbhealth_fix('xid_wraparound');
--> ERROR: dbcare: health check "xid_wraparound" exists on PostgreSQL only. dbhealth_checks() lists the checks.

-- text for a number that is none
select dbcheck_undo('x');
select dbcheck_undo('7.0');
select dbcheck_undo('99999999999999999999');
select dbcheck_undo(7.5);
select dbmonitor_start('x');
select dbmonitor_start('1e400');
--> ERROR: dbcare: invalid input syntax for type bigint: "x"
--> ERROR: dbcare: invalid input syntax for type bigint: "7.0"
--> ERROR: dbcare: value "99999999999999999999" is out of range for type bigint
--> ERROR: dbcare: argument repair_id of dbcheck_undo must be integer, not real
--> ERROR: dbcare: invalid input syntax for type double precision: "x"
--> ERROR: dbcare: "1e400" is out of range for type double precision

-- a function that returns rows is not called in SELECT
select dbmigrate_drift();
select dbcheck_row('nowhere', '{}');
--> ERROR: dbcare: dbmigrate_drift returns rows. Call the function in FROM: SELECT * FROM dbmigrate_drift();
--> ERROR: dbcare: dbcheck_row returns rows. Call the function in FROM: SELECT * FROM dbcheck_row(...);
-- a function that returns one value is not called in FROM
select * from dbmigrate_apply();
select * from dbhealth_report;
select * from dbmigrate_add('1', 'x', 'select 1');
--> ERROR: dbcare: dbmigrate_apply returns one value. Call the function without FROM: SELECT dbmigrate_apply();
--> ERROR: dbcare: dbhealth_report returns one value. Call the function without FROM: SELECT dbhealth_report();
--> ERROR: dbcare: dbmigrate_add returns one value. Call the function without FROM: SELECT dbmigrate_add(...);
-- required arguments of a function in FROM
select * from dbcheck_row();
select * from dbcheck_row('nowhere');
--> ERROR: dbcare: argument relation of dbcheck_row must not be omitted
--> ERROR: dbcare: argument row_data of dbcheck_row must not be omitted
-- arguments count as given beside other conditions and in joins
create table given (a integer primary key, b integer not null);
insert into given values (1, 1);
select column_name from dbcheck_row('given', '{}') where column_name = 'a' or message = 'b' or constraint_name = 'c';
select given.a, r.column_name from given join dbcheck_row('given', json_object('a', given.a)) as r on r.column_name = 'b' or r.column_name = 'a';
drop table given;
--> 1|a
--> 1|b

-- READ functions may be called per row, WRITE functions may not
select count(*) from (select dbcare_get('actor') from generate_series(1, 3));
select dbcare_set('actor', value) from generate_series(1, 3);
--> 3
--> ERROR: dbcare: dbcare_set cannot be called in a SELECT with a FROM clause. Run SELECT dbcare_set(...);

-- a phase is cut between characters
select dbmigrate_add('90' || replace(hex(zeroblob(40)), '00', 'ß'), 'long', 'create table phases as select phase from dbcare_progress') is null;
select dbmigrate_apply() is null;
select length(phase), phase from phases;
drop table phases;
--> 0
--> 0
--> 37|migration 90ßßßßßßßßßßßßßßßßßßßßßßßßß

-- a table named like a function of SQLite does not hide it
create table json_each (a);
select dbhealth_score('{"categories": ["integrity", "constraints", "performance", "storage", "configuration"]}');
drop table json_each;
--> 100

-- loading the library again inside a statement fails with a reason
select load_extension('./dbcare');
--> ERROR: error during initialization: dbcare: unable to delete/modify user-function due to active statements

-- stored SQL that calls its own evaluation terminates
create table circle (a check (dbhealth_score('{"level": "full"}') is not null));
insert into circle values (1);
select count(*) from circle;
create view around as select check_id from dbhealth_checks where options = '{"level": "full"}';
.once added.txt
select dbcheck_rule_add('by view', 'circle', 'exists (select 1 from around)');
.once added.txt
select dbcheck_rule_add('direct', 'circle', 'not exists (select 1 from dbcheck_run() where message like ''%nested too deeply%'')');
select name, violations from dbcheck_run('{"sources": ["rule"]}');
--> 1
--> ERROR: dbcare: unsafe use of dbcheck_run(), which the application has not registered with SQLITE_INNOCUOUS (23)
