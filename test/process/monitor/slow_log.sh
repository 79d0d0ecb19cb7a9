#!/bin/bash
# Single slow executions and failed statements: what is recorded, that no secret
# is, and that memory and history stay bounded.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# eventually DATABASE SQL NAME: passed once a query gives t.
eventually()
{
	is "$(until_true "$1" "$2")" '' "$3"
}

# sample DATABASE: takes a sample.
sample()
{
	postgresql "$1" <<<"select dbmonitor_sample('{\"level\": \"none\"}') is not null;" >"$tmp/sample"
}

# flood N: that many statements that take some microseconds.
flood()
{
	yes 'select count(*) from generate_series(1, 300);' | head -"$1"
}

# ---- a library that was not loaded at server start ----

start_server late
postgresql_new shop
postgresql shop <<<'select dbmonitor_start(60);' >"$tmp/started"
like "$(postgresql shop <<<'select * from dbmonitor_slow_log();')" \
	'slow executions are not recorded' 'without preloading, the call fails'
is "$(postgresql shop <<<"select dbmonitor_status() -> 'slow_log' ->> 'problem';")" \
	'Slow executions and failed statements are recorded only if dbcare is loaded when the server starts.' \
	'and the status says why'

# ---- a server that has loaded it ----

start_server server "shared_preload_libraries='pg_stat_statements,dbcare'" log_min_messages=warning
postgresql_new shop
like "$(postgresql shop <<<'select * from dbmonitor_slow_log();')" 'This database is not monitored' \
	'a database that is not monitored has no log'
postgresql shop <<<"select dbcare_set('slow_query_ms', 0); select dbcare_set('slow_log_plans', true); select dbmonitor_start(3600);" >"$tmp/started"
eventually shop 'select count(*) > 0 from dbcare.sample' 'monitoring starts'
postgresql shop >"$tmp/ran" <<-'END'
	set application_name = 'till';
	create table item (id int primary key, note text);
	insert into item select i, 'note' from generate_series(1, 3000) as i;
	select count(*) from item where note = 'hunter2' or note = e'hunter2
	  ->  Seq Scan on hunter2''';
	select pg_sleep(0.05) -- hunter2
	/* hunter2 */ ;
	do $$ begin perform pg_sleep(0.01), 'hunter2'; end $$;
	copy item (id, note) from stdin;
	5001	hunter2
	\.
	copy (select 'hunter2') to program 'cat >/dev/null; : hunter2';
	create role clerk password 'hunter2';
	alter role clerk valid until 'infinity' password 'md5hunter2';
	prepare find (text) as select count(*) from item where note = $1;
	execute find ('hunter2');
	begin;
	declare c cursor for select *, 'hunter2' from item;
	fetch 2 from c;
	commit;
	explain select 'hunter2';
	with x as (select U&'\0068unter2' as y, $x$hunter2$x$ as z, b'1', 'hunter2'::name) select count(*) from x;
END
is "$(grep -c ERROR "$tmp/ran" || true)" 0 'the statements ran'
is "$(postgresql shop <<<"select row_count, user_name, application, duration_ms >= 50, full_scan_steps is null,
	plan, dropped from dbmonitor_slow_log('{\"plan\": true}') where query = 'select pg_sleep(?)';")" \
	'1 postgres till t t Result 0' 'an execution has its duration, rows, role, application and plan'
is "$(postgresql shop <<<"select query from dbmonitor_slow_log('{\"limit\": 1000}') where application = 'till' order by started_at, 1;" | sort)" \
	"$(printf '%s\n' 'alter role clerk valid until ? password ?' \
		'copy(select ?) to program ?' 'copy item(id, note) from stdin' \
		'create role clerk password ?' 'create table item(id int primary key, note text)' \
		'declare c cursor for select *, ? from item' 'do ?' 'explain select ?' 'fetch ? from c' \
		'insert into item select i, ? from generate_series(?, ?) as i' \
		'prepare find(text) as select count(*) from item where note = ?' \
		'select count(*) from item where note = ? or note = ?' 'select pg_sleep(?)' 'set application_name = ?' \
		'with x as (select ? as y, ? as z, ?, ?::name) select count(*) from x' | sort)" \
	'texts have no values'
# the hooks count how deep statements are nested
psql -qAtX -d shop >"$tmp/ran" 2>&1 <<-'END'
	create function item_fails() returns int language plpgsql as 'begin return (select 1 / count(*) from item where id < 0); end';
	select item_fails();
	select pg_sleep(0.01) as after_an_error;
	set statement_timeout = 20;
	do $$ begin perform pg_sleep(1); end $$;
	reset statement_timeout;
	select pg_sleep(0.01) as after_a_cancel;
	create function item_handles() returns void language plpgsql as 'begin perform item_fails(); exception when others then null; end';
	select item_handles();
	select pg_sleep(0.01) as after_a_handled_error;
	drop function item_fails, item_handles;
END
is "$(postgresql shop <<<"select query from dbmonitor_slow_log() where query like '%as after%' order by started_at;")" \
	"$(printf 'select pg_sleep(?) as after_%s\n' an_error a_cancel a_handled_error)" 'statements that fail leave the log as it was'
is "$(postgresql shop <<<"select plan from dbmonitor_slow_log('{\"plan\": true}') where query like 'select count(*) from item where note = ? or%';")" \
	$'Aggregate\n  ->  Seq Scan on item' 'a plan has its nodes alone'
sample shop
is "$(postgresql shop <<<"select count(*) > 10, count(*) filter (where s::text ~ 'hunter2') from dbcare.slow_log as s;")" 't 0' \
	'no secret is stored'
is "$(postgresql shop <<<"select count(*) from dbmonitor_slow_log('{\"limit\": 100000}') where query = 'do ?';")" 1 \
	'a stored execution is listed once'
is "$(postgresql shop <<<"select bool_and(plan is null) from dbmonitor_slow_log('{\"limit\": 100000}');")" t \
	'plans are listed on request'

# ---- rights ----

postgresql shop <<<"create role nobody; create role watcher; select dbcare_grant('watcher', 'monitor');" >"$tmp/ran"
like "$(postgresql shop <<<'set role nobody; select * from dbmonitor_slow_log();')" 'permission denied' \
	'a role without a grant cannot read the log'
is "$(postgresql shop <<<"set role nobody; select dbmonitor_status() -> 'slow_log' ->> 'problem' is null;")" t \
	'but it sees the status'
is "$(postgresql shop <<<'set role watcher; select count(*) > 10 from dbmonitor_slow_log();')" t 'a monitoring role reads the log'

# ---- 20,000 slow executions ----

flood 20000 | postgresql shop >"$tmp/ran"
read -r kept dropped <<<"$(postgresql shop <<<"select l ->> 'executions', l ->> 'dropped' from (select dbmonitor_status() -> 'slow_log' as l) as s;")"
is "$((kept + dropped >= 20000 && kept < 5000 && dropped > 15000))" 1 "20,000 executions: $kept kept, $dropped dropped"
sample shop
is "$(postgresql shop <<<"select count(*) < 5000, sum(dropped) > 15000 from dbcare.slow_log;")" 't t' 'the sample stores what was kept'
postgresql shop <<-'END' >"$tmp/ran"
	insert into dbcare.slow_log (source, number, started_at, duration_ms, fingerprint, query, dropped)
	select 'old', i, now() - interval '1 day', 5, 'x', 'select ?', 0 from generate_series(1, 30000) as i;
	update dbcare.sample set taken_at = taken_at - interval '10 minutes';
END
sample shop
is "$(postgresql shop <<<'select count(*) between 9000 and 10500 from dbcare.slow_log;')" t 'the history stays at 10,000'

# ---- failed statements ----

postgresql_new busy
postgresql busy <<<"create extension pg_stat_statements; select dbmonitor_start(0.2);" >"$tmp/started"
eventually busy 'select count(*) > 1 from dbcare.sample' 'a second database is monitored'
psql -qAtX -d busy >"$tmp/ran" 2>&1 <<-'END' || true
	select 1/0;
	select 1/0;
	select * from missing;
	do $$ begin perform 1/0; exception when division_by_zero then null; end $$;
END
is "$(postgresql busy <<<"select dbmonitor_statistics() ->> 'errors', dbmonitor_statistics() -> 'errors_by_sqlstate';")" \
	'3 {"22012": 2, "42P01": 1}' 'errors that reach the client are counted by SQLSTATE'
is "$(postgresql shop <<<"select dbmonitor_statistics() -> 'errors_by_sqlstate' ->> '22012';")" 1 'by database'
yes 'select 1/0;' | head -150 | psql -qAtX -d busy >"$tmp/ran" 2>&1 || true
eventually busy "select exists (select from dbmonitor_alerts() where alert = 'error_rate')" 'failed statements raise an alert'
like "$(postgresql busy <<<"select message from dbmonitor_alerts() where alert = 'error_rate';")" \
	' % of the statements fail$' 'whose message names its source'
for state in $(seq 1 60); do
	printf "do \$\$ begin raise exception 'x' using errcode = 'X%04d'; end \$\$;\n" "$state"
done | psql -qAtX -d busy >"$tmp/ran" 2>&1 || true
is "$(postgresql busy <<<"select count(*) <= 49, sum(value::int) >= 213, sum(value::int) filter (where key = 'other') > 10
	from jsonb_each_text(dbmonitor_statistics() -> 'errors_by_sqlstate');")" 't t t' 'the number of SQLSTATEs is bounded'

eventually busy 'select sum(errors) = 213 from dbmonitor_errors()' 'samples store them'
is "$(postgresql busy <<<"select sqlstate, sum(errors), bool_and(hour_at between now() - interval '2 hours' and now()) from dbmonitor_errors() where sqlstate < '43' group by 1 order by 1;")" \
	$'22012 152 t\n42P01 1 t' 'by hour and SQLSTATE'
is "$(postgresql busy <<<"select count(*) from dbmonitor_errors('{\"limit\": 2}'); select count(*) from dbmonitor_errors('{\"since\": \"2199-01-01\"}');")" $'2\n0' \
	'limit and since select'

# ---- restart and crash ----

stored=$(postgresql shop <<<'select count(*) from dbcare.slow_log;')
hold victim shop 'select 1;'
pid=$(postgresql shop <<<"select pid from pg_stat_activity where application_name = 'victim';")
crashed=$(crashes)
kill -9 "$pid"
await_restart
eventually shop "select dbmonitor_status() -> 'slow_log' ->> 'recording' = 'true'" 'after kill -9 of a backend, recording continues'
eventually shop "select pg_sleep(0.01) is not null and exists (select from dbmonitor_slow_log() where query like 'select pg_sleep(?) is not null%'
	and started_at > (select pg_postmaster_start_time()))" 'and executions are recorded'
sample shop
is "$(postgresql shop <<<"select count(*) >= $stored, count(distinct source) >= 3 from dbcare.slow_log;")" 't t' \
	'those stored before stay, the numbers begin again'
test/pg_server.sh stop "$tmp/server"
test/pg_server.sh start "$tmp/server" "shared_preload_libraries='pg_stat_statements,dbcare'"
eventually shop "select dbmonitor_status() -> 'slow_log' ->> 'recording' = 'true'" 'after a restart, recording continues'
psql -qAtX -d busy >"$tmp/ran" 2>&1 <<<'select 1/0; select 1/0;' || true
eventually busy "select sum(errors) = 154 from dbmonitor_errors() where sqlstate = '22012'" 'failed statements from before a crash and a restart stay, new ones are added'
is "$(postgresql shop <<<"select (dbmonitor_reset() ->> 'slow_log')::int > 0;")" t 'a reset deletes the log'
is "$(postgresql shop <<<"select count(*) < 10 from dbmonitor_slow_log();")" t 'in memory, too'

# ---- SQLite ----

# above the second rate statements are not timed
for rate in 1000000 20000; do
	sqlite_new "shop$rate"
	{
		echo "select dbcare_set('slow_query_ms', 0) is null, dbmonitor_start(60, '{\"thread\": false, \"statements_per_second\": $rate}') is null;"
		flood 20000
		# until one may be kept again
		echo '.shell sleep 0.3'
		echo "select 'kept', dbmonitor_status() ->> '\$.slow_log.executions', dbmonitor_status() ->> '\$.slow_log.dropped';"
		echo "select dbmonitor_sample('{\"level\": \"none\"}') is null;"
	} | sqlite "shop$rate" | grep kept >"$tmp/ran"
	read -r _ kept dropped <"$tmp/ran"
	is "$((kept + dropped >= 18000 && kept + dropped < 22000 && kept < 1000))" 1 \
		"SQLite, $rate a second: $kept of 20,000 executions kept, $dropped dropped"
	is "$(sqlite "shop$rate" <<<"select count(*) < 1000, count(*) > 50, sum(dropped) > 8000 from dbmonitor_slow_log('{\"limit\": 100000}');")" '1 1 1' \
		'another process sees what the sample has stored'
done
finish
