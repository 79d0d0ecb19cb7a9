-- Health checks of what runs: long_running_tx, xmin_horizon_held,
-- connection_usage, invalid_indexes during a build.  Other sessions are
-- dblink's, in a database of their own.
set client_min_messages = warning;
drop database if exists hc_sessions;
create database hc_sessions;
\connect hc_sessions
\ir begin.psql
create extension dblink;
create role hc_watcher;
create role hc_monitor;
grant pg_monitor to hc_monitor;
select no_plan();

-- Opens another session on this database.
create function pg_temp.open(name text) returns text language sql as $$
	select dblink_connect(name, format('host=%s port=%s dbname=%s user=%s application_name=%s',
		split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'),
		current_database(), session_user, name))
$$;

-- Takes an open session, by name, out of what a check says: it names pids.
create function pg_temp.session(name text) returns text language sql as $$
	select format('session %s of role %I', pid, usename) from pg_stat_activity where application_name = name
$$;

-- ---- long_running_tx ----

select is(pg_temp.found('long_running_tx', '%'), 'nothing', 'the calling session is not checked');
select pg_temp.open('idle');
select pg_temp.open('busy');
select pg_temp.open('between');
select dblink_exec('idle', 'begin; set local dbcare.actor = ''hunter2''');
select dblink_send_query('busy', 'select pg_sleep(600)');
select pg_sleep(1.1);
select is(pg_temp.found('long_running_tx', '%'), 'nothing', 'a transaction of a second is no finding');
set dbcare.check_long_running_tx_warning = '1';
select is(pg_temp.found('long_running_tx', pg_temp.session('idle')),
	pg_temp.session('idle') || ' warning', 'long_running_tx finds an idle transaction');
select matches(pg_temp.told('long_running_tx', pg_temp.session('idle'), 'message'),
	'^session \d+ of role \w+ has been in a transaction for [1-9]\d* s: idle in transaction for [1-9]\d* s; application idle, client \S+; query: begin; set local dbcare\.actor = \?$',
	'the message of long_running_tx has age, application, client and query without values');
select matches(pg_temp.told('long_running_tx', pg_temp.session('busy'), 'message'), ': active; application busy, client \S+; query: select pg_sleep\(\?\)$', 'long_running_tx finds a busy transaction');
select is(pg_temp.found('long_running_tx', pg_temp.session('between')), 'nothing', 'a session between transactions is no finding');
set dbcare.check_long_running_tx_critical = '1';
select is(pg_temp.found('long_running_tx', pg_temp.session('idle')),
	pg_temp.session('idle') || ' critical', 'both thresholds can be set');
reset dbcare.check_long_running_tx_critical;
-- an idle transaction is judged by how long it has been idle
-- on a busy machine the check may come a second later, but not always
create function pg_temp.found_after_activity() returns text language plpgsql as $$
declare
	found text;
begin
	for i in 1 .. 10 loop
		perform dblink_exec('idle', 'savepoint s'), pg_stat_clear_snapshot();
		found := pg_temp.found('long_running_tx', pg_temp.session('idle'));
		exit when found = 'nothing';
	end loop;
	return found;
end $$;
select is(pg_temp.found_after_activity(), 'nothing', 'an idle transaction that was active a moment ago is no finding');
set role hc_watcher;
select is((select reason from pg_temp.said('long_running_tx')), 'membership in pg_monitor is needed to see sessions of other roles',
	'sessions of other roles are unknown');
set role hc_monitor;
select is(pg_temp.found('long_running_tx', pg_temp.session('busy')), pg_temp.session('busy') || ' warning', 'pg_monitor sees sessions of other roles');
reset role;
select pg_temp.told('long_running_tx', pg_temp.session('busy'), 'fix_sql') as repair \gexec
do $$
begin
	for i in 1 .. 6000 loop
		exit when pg_temp.session('busy') is null;
		perform pg_sleep(0.01), pg_stat_clear_snapshot();
	end loop;
end $$;
select is(pg_temp.session('busy'), null, 'fix_sql ends the session');
reset dbcare.check_long_running_tx_warning;
select dblink_disconnect('busy');
select dblink_exec('idle', 'rollback');

-- ---- xmin_horizon_held ----

create table t (a int);
set dbcare.check_xmin_horizon_held_warning = '3';
set dbcare.check_xmin_horizon_held_critical = '1000';
select dblink_exec('idle', 'begin isolation level repeatable read');
select * from dblink('idle', 'select count(*) from t') as r (n bigint);
select dblink_exec('between', 'begin');
select is(pg_temp.found('xmin_horizon_held', 'session%'), 'nothing', 'a new snapshot is no finding');
insert into t values (1);
insert into t values (2);
insert into t values (3);
select is(pg_temp.found('xmin_horizon_held', 'session%'), pg_temp.session('idle') || ' warning',
	'xmin_horizon_held finds an old snapshot only');
select matches(pg_temp.told('xmin_horizon_held', pg_temp.session('idle'), 'message'),
	'^session \d+ of role \w+ holds back vacuum: \d+ transactions have begun since, and \d+ s have passed$', 'the message of xmin_horizon_held has the age');
set dbcare.check_xmin_horizon_held_critical = '3';
select is(pg_temp.found('xmin_horizon_held', 'session%'), pg_temp.session('idle') || ' critical', 'xmin_horizon_held has its own critical threshold');
set role hc_watcher;
select is((select reason from pg_temp.said('xmin_horizon_held') where object = 'sessions of other roles'),
	'membership in pg_monitor is needed to see sessions of other roles', 'xmin_horizon_held is unknown for sessions of other roles');
reset role;
select dblink_exec('idle', 'rollback');
select is(pg_temp.found('xmin_horizon_held', 'session%'), 'nothing', 'ending the session ends the finding');

select dblink_exec('between', 'insert into t values (4); prepare transaction ''hc''''s''');
select is(pg_temp.found('xmin_horizon_held', 'prepared%'), 'nothing', 'a new prepared transaction holds nothing back');
insert into t values (5);
insert into t values (6);
insert into t values (7);
select is(pg_temp.found('xmin_horizon_held', 'prepared%'), 'prepared transaction ''hc''''s'' critical', 'an old prepared transaction is found');
select is(pg_temp.told('xmin_horizon_held', 'prepared transaction ''hc''''s''', 'fix_sql'), null, 'only its coordinator knows how a prepared transaction ends');
commit prepared 'hc''s';
select is(pg_temp.found('xmin_horizon_held', 'prepared%'), 'nothing', 'committing the prepared transaction ends the finding');

select slot_name from pg_create_logical_replication_slot('hc_horizon', 'pgoutput');
insert into t values (8);
insert into t values (9);
insert into t values (10);
select is(pg_temp.found('xmin_horizon_held', 'replication slot hc_horizon'), 'replication slot hc_horizon critical', 'an old replication slot is found');
select pg_temp.told('xmin_horizon_held', 'replication slot hc_horizon', 'fix_sql') as repair \gexec
select is(pg_temp.found('xmin_horizon_held', 'replication slot%'), 'nothing', 'dropping the slot ends the finding');
reset dbcare.check_xmin_horizon_held_warning;
reset dbcare.check_xmin_horizon_held_critical;

-- ---- connection_usage ----

select is(pg_temp.found('connection_usage', '%'), 'nothing', 'few connections are no finding');
begin;
alter role hc_watcher connection limit 1;
select is(pg_temp.found('connection_usage', 'role%'), 'nothing', 'the limit of a role without connections is no finding');
select format('alter role %I connection limit 4', session_user) as limited \gexec
select is(pg_temp.found('connection_usage', 'role%'), 'nothing', 'three of four connections are below 80 percent');
select format('alter role %I connection limit 3', session_user) as limited \gexec
select is(pg_temp.found('connection_usage', 'role%'), format('role %I critical', session_user), 'connection_usage knows the limits of roles');
select is(pg_temp.told('connection_usage', format('role %I', session_user), 'message'),
	format('role %I: 100 %% of the connections are in use (3 of 3)', session_user), 'and counts');
alter database hc_sessions connection limit 3;
select is(pg_temp.found('connection_usage', 'database%'), 'database hc_sessions critical', 'connection limits of databases are checked');
set local dbcare.check_connection_usage_warning = '1';
set local dbcare.check_connection_usage_critical = '99';
select is(pg_temp.found('connection_usage', 'the server'), 'the server warning', 'the connection limit of the server is checked');
set local role hc_watcher;
select is(pg_temp.found('connection_usage', 'the server'), 'the server warning', 'every role sees connection limits');
rollback;

-- ---- invalid_indexes, while an index is built ----

select dblink_exec('between', 'begin; lock table t in row exclusive mode');
select dblink_send_query('idle', 'create index concurrently t_a on t (a)');
do $$
begin
	while not exists (select from pg_index where indrelid = 't'::regclass) loop
		perform pg_sleep(0.05);
	end loop;
end $$;
select is(pg_temp.found('invalid_indexes', '%'), 'nothing', 'an index being built is no finding');
set role hc_watcher;
select is(pg_temp.told('invalid_indexes', 'public.t_a', 'reason'),
	'an index is being built; membership in pg_monitor is needed to see which', 'a role that cannot see the build gets unknown');
reset role;
select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'idle';
select * from dblink_get_result('idle', false) as r (result text);
select * from dblink_get_result('idle', false) as r (result text);
select is(pg_temp.found('invalid_indexes', '%'), 'public.t_a warning', 'the index of a failed build is found');
select dblink_exec('between', 'rollback');
select pg_temp.told('invalid_indexes', 'public.t_a', 'fix_sql') as repair \gexec
select is(pg_temp.found('invalid_indexes', '%'), 'nothing', 'fix_sql builds the index');

select dblink_disconnect('idle');
select dblink_disconnect('between');
select * from finish();
drop owned by hc_monitor, hc_watcher;
drop role hc_monitor, hc_watcher;
\connect postgres
drop database hc_sessions;
