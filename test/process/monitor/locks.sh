#!/bin/bash
# dbmonitor_locks(): who waits for whom, with statements but without values, for
# every role, prepared transactions, rows, parallel workers, a deadlock and many
# sessions.  PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# ask NAME SQL: a session that waits, in the background.
ask()
{
	PGAPPNAME=$1 "${psql_shell[@]}" -d shop -c "$2" >"$tmp/$1.said" 2>&1 &
}

# waiting N: until so many processes wait for a lock.
waiting()
{
	is "$(until_true shop "select count(distinct pid) = $1 from pg_locks where not granted;")" '' "$1 wait"
}

# tree [ROLE]: the rows, by names of sessions.
tree()
{
	postgresql shop <<-END
		set role ${1-postgres};
		select depth, l.blocked_application, coalesce(l.blocking_application, l.prepared),
			(select application_name from pg_stat_activity where pid = l.root_pid) as root,
			lock_type, lock_mode, relation from dbmonitor_locks() as l;
	END
}

start_server server max_prepared_transactions=5 max_connections=350 deadlock_timeout=60s autovacuum=off
postgresql_new shop
postgresql shop >"$tmp/made" <<-'END'
	create extension dblink;
	create table item (id int primary key, note text);
	insert into item select i from generate_series(1, 20000) as i;
	create role nobody;
	create role watcher;
	grant pg_read_all_stats to watcher;
	analyze;
END
is "$(tree)" '' 'without waits there are no rows'

# ---- a chain of three ----

hold first shop "lock table item in share mode; select 'hunter2' is null;"
ask second "/* hunter2 */ update item set note = 'hunter2' where id = 1"
waiting 1
ask third 'truncate item'
waiting 2
ask fourth 'select * from item'
waiting 3
is "$(tree)" "$(printf '%s\n' '1 second first first relation RowExclusiveLock public.item' \
	'1 third first first relation AccessExclusiveLock public.item' \
	'2 third second first relation AccessExclusiveLock public.item' \
	'2 fourth third first relation AccessShareLock public.item')" 'a chain has its blockers, their depth and the root'
is "$(postgresql shop <<<"select blocked_query, blocking_query, blocking_state, blocked_user, blocking_user, blocked_pid <> blocking_pid,
	waiting_since between now() - interval '1 minute' and now() from dbmonitor_locks() limit 1;")" \
	'update item set note = ? where id = ? select ? is null idle in transaction postgres postgres t t' \
	'a row has both statements, without values'
is "$(postgresql shop <<<"select count(*) from dbmonitor_locks() as l where l::text ~ 'hunter2';")" 0 'no value is shown'
is "$(tree nobody | cut -d ' ' -f 1-4)" "$(tree | cut -d ' ' -f 1-4)" 'every role sees the tree'
is "$(postgresql shop <<<"set role nobody; select count(blocked_query), count(blocking_query), count(blocking_state) from dbmonitor_locks();")" \
	'0 0 0' 'but not the statements of others'
is "$(postgresql shop <<<"set role watcher; select count(blocked_query), count(blocking_query), count(blocking_state) from dbmonitor_locks();")" \
	'4 4 4' 'which a member of pg_read_all_stats does'
is "$(postgresql shop <<<"select count(*) from dbmonitor_locks('{\"limit\": 2}');")" 2 'the number of rows is limited'
release first
waiting 0

# ---- a row, and a prepared transaction ----

postgresql shop <<<"insert into item select i from generate_series(1, 20000) as i;" >"$tmp/made"
postgresql shop <<<"begin; update item set note = 'x' where id = 2; prepare transaction 'it''s';" >"$tmp/made"
ask second 'update item set note = null where id = 2'
waiting 1
is "$(postgresql shop <<<"select blocking_pid, root_pid, depth, lock_type, relation, prepared, blocking_query is null from dbmonitor_locks();")" \
	"0 0 1 transactionid public.item 'it''s' t" 'a prepared transaction that holds a row has no process, but a name'
is "$(postgresql shop <<<"set role nobody; select prepared from dbmonitor_locks();")" "'it''s'" 'which every role sees'
postgresql shop <<<"rollback prepared 'it''s';" >"$tmp/made"
waiting 0

# ---- a parallel worker ----

postgresql shop >"$tmp/made" <<-'END'
	create table other (a int);
	create function look(int) returns bigint language plpgsql parallel safe as
		'begin return (select count(*) from other); end';
END
hold first shop 'lock table other in access exclusive mode;'
# called force_parallel_mode before 16
ask second "select set_config(name, 'on', false) from pg_settings where name in ('force_parallel_mode', 'debug_parallel_query'); set max_parallel_workers_per_gather = 2; set parallel_leader_participation = off;
	set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0;
	select max(look(id)) from item"
is "$(until_true shop "select count(*) > 0 from pg_locks as l join pg_stat_activity as a using (pid)
	where not l.granted and backend_type = 'parallel worker';")" '' 'a parallel worker waits'
is "$(postgresql shop <<<"select (select pid from pg_stat_activity where application_name = 'second' and backend_type = 'client backend') = blocked_pid,
	blocking_application, relation from dbmonitor_locks();")" 't first public.other' 'it counts as its leader'
release first
waiting 0

# ---- a deadlock ----

hold first shop 'update item set note = null where id = 3;'
hold second shop 'update item set note = null where id = 4;'
echo 'update item set note = null where id = 4;' >&"${holder_first?}"
waiting 1
echo 'update item set note = null where id = 3;' >&"${holder_second?}"
waiting 2
is "$(postgresql shop <<<'select blocked_application, blocking_application, depth is null, root_pid is null from dbmonitor_locks() order by 1;')" \
	$'first second t t\nsecond first t t' 'a deadlock has no root'
postgresql shop <<<"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'first';" >"$tmp/made"
waiting 0
release second

# ---- many ----

hold third shop 'lock table item;'
hold many shop "select count(dblink_connect('c' || i, format('host=%s port=%s dbname=shop user=postgres', split_part(current_setting('unix_socket_directories'), ',', 1),
	current_setting('port')))), count(dblink_send_query('c' || i, 'truncate item')) from generate_series(1, 300) as i;"
waiting 300
is "$(postgresql shop <<<"select count(*), count(distinct blocked_pid), max(depth), min(depth) from dbmonitor_locks('{\"limit\": 1000000}');")" \
	'45150 300 2 1' '300 sessions that wait in a row have 45,150 rows'
is "$(postgresql shop <<<'select count(distinct blocked_pid), max(depth) from (select * from dbmonitor_locks() limit 300) as l;')" '300 1' \
	'the first ones have the root'
is "$(postgresql shop <<<"set statement_timeout = '2s'; select count(*) from dbmonitor_locks();")" 1000 'in less than two seconds'
like "$(postgresql shop <<<"set statement_timeout = '2s'; set dbcare.check_blocked_sessions_warning = 0;
	select message from dbhealth_checks('{\"checks\": [\"blocked_sessions\"]}');")" ': 300 sessions wait; application third' 'the health check counts them as fast'
postgresql shop <<<"select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name in ('third', 'many');" >"$tmp/made"
waiting 0
finish
