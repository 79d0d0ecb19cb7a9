-- Health checks of who keeps others waiting: blocked_sessions,
-- prepared_xacts.  Other sessions are dblink's, in a database of their own.
drop database if exists hc_locks;
create database hc_locks;
\connect hc_locks
\ir begin.psql
create extension dblink;
create role hc_watcher;
select no_plan();

-- Opens another session on this database.
create function pg_temp.open(name text) returns text language sql as $$
	select dblink_connect(name, format('host=%s port=%s dbname=%s user=%s application_name=%s',
		split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'),
		current_database(), session_user, name))
$$;

-- How a check names such a session.
create function pg_temp.session(name text) returns text language sql as $$
	select format('session %s of role %I', pid, usename) from pg_stat_activity where application_name = name
$$;

-- Waits until that many sessions wait for a lock, for a minute at most.
create function pg_temp.wait_for(sessions int) returns void language plpgsql as $$
declare
	until timestamptz := clock_timestamp() + interval '1 minute';
begin
	while clock_timestamp() < until and sessions <> (select count(distinct l.pid)
		from pg_locks as l join pg_database as d on d.oid = l.database
		where d.datname = current_database() and not l.granted)
	loop
		perform pg_sleep(0.01);
	end loop;
end $$;

-- ---- blocked_sessions ----

create table t (a int);
select pg_temp.open('first');
select pg_temp.open('second');
select pg_temp.open('third');
select dblink_exec('first', 'begin; lock table t in share mode');
set dbcare.check_blocked_sessions_warning = '0';
select is(pg_temp.found('blocked_sessions', '%'), 'nothing', 'a lock that nobody waits for is no finding');
-- who waits behind one that waits is kept waiting by the first
select dblink_send_query('second', 'truncate t');
select pg_temp.wait_for(1);
select dblink_send_query('third', 'select count(*) from t');
select pg_temp.wait_for(2);
select is(pg_temp.found('blocked_sessions', '%'), pg_temp.session('first') || ' warning', 'blocked_sessions finds the blocking session');
select matches(pg_temp.told('blocked_sessions', pg_temp.session('first'), 'message'),
	'^session \d+ of role \w+ has blocked other sessions for \d+ s: 2 sessions wait; application first, client \S+; query: begin; lock table t in share mode$',
	'the message has the time, the number of sessions, and the application, client and query that block');
set dbcare.check_blocked_sessions_critical = '0';
select is(pg_temp.found('blocked_sessions', '%'), pg_temp.session('first') || ' critical', 'blocked_sessions has its own critical threshold');
reset dbcare.check_blocked_sessions_warning;
reset dbcare.check_blocked_sessions_critical;
select is(pg_temp.found('blocked_sessions', '%'), 'nothing', 'a wait of less than a minute is no finding');
set dbcare.check_blocked_sessions_warning = '0';
set role hc_watcher;
select is(pg_temp.found('blocked_sessions', '%'), pg_temp.session('first') || ' warning', 'every role sees blocked sessions');
reset role;
select pg_temp.told('blocked_sessions', pg_temp.session('first'), 'fix_sql') as repair \gexec
select pg_temp.wait_for(0);
select is(pg_temp.found('blocked_sessions', '%'), 'nothing', 'fix_sql ends the blocking session, and the others continue');
select dblink_disconnect('first');
select * from dblink_get_result('second', false) as r (result text);
select * from dblink_get_result('second', false) as r (result text);
select * from dblink_get_result('third', false) as r (result text);
select * from dblink_get_result('third', false) as r (result text);

-- ---- prepared_xacts ----

select dblink_exec('second', 'begin; lock table t in share mode; prepare transaction ''hc''''s''');
select is(pg_temp.found('prepared_xacts', '%'), 'nothing', 'a new prepared transaction is no finding');
set dbcare.check_prepared_xacts_warning = '0';
select is(pg_temp.found('prepared_xacts', '%'), 'prepared transaction ''hc''''s'' warning', 'prepared_xacts finds an old prepared transaction');
select matches(pg_temp.told('prepared_xacts', 'prepared transaction ''hc''''s''', 'message'),
	'^prepared transaction ''hc''''s'' of role \w+ was prepared \d+ s ago$', 'the message has owner and age');
select dblink_send_query('third', 'truncate t');
select pg_temp.wait_for(1);
select is(pg_temp.found('blocked_sessions', '%'), 'a prepared transaction warning', 'a prepared transaction can block sessions');
select is(pg_temp.told('blocked_sessions', 'a prepared transaction', 'fix_sql'), null, 'a prepared transaction has no process to end');
set role hc_watcher;
select is(pg_temp.found('prepared_xacts', '%'), 'prepared transaction ''hc''''s'' warning', 'every role sees prepared transactions');
reset role;
select pg_temp.told('prepared_xacts', 'prepared transaction ''hc''''s''', 'fix_sql') as repair \gexec
select pg_temp.wait_for(0);
select is(pg_temp.found('prepared_xacts', '%') || ', ' || pg_temp.found('blocked_sessions', '%'), 'nothing, nothing', 'fix_sql rolls the prepared transaction back');

select dblink_disconnect('second');
select dblink_disconnect('third');
select * from finish();
drop role hc_watcher;
\connect postgres
drop database hc_locks;
