-- Arguments that are nearly right have the same result, or the same error.
-- text is a number where it looks like one
select dbcheck_undo('7');
select dbcheck_undo(' +7 ');
select dbcheck_undo('-1');
select dbcheck_undo('9223372036854775807');
select dbmonitor_ack('1');
select dbmonitor_start('0');
select dbmonitor_start(' 0e1 ');
select dbmonitor_start(-1);
select dbmonitor_start(99999999999);
-- in options it is not
select dbmigrate_apply(null, '{"lock_timeout_ms": "5"}');
select dbmigrate_apply(null, '{"dry_run": "true"}');
select dbmigrate_apply(null, '{"lock_timeout_ms": 1e400}');
select dbmigrate_apply(null, '{"lock_timeout_ms": 99999999999999999999}');
select dbmigrate_apply(null, '{"lock_timeout_ms": 15e-1}');
-- names of tables have two parts
create table t (id integer primary key, a integer, b text);
select * from dbcheck_constraints('a.b.c');
select * from dbcheck_orphans('a.b.t');
select dbcheck_rule_add('r', 'a.b.t', 'a = 1');
select * from dbcheck_row('nowhere.public.t', '{}');
-- checks
call dbhealth_fix('nope');
