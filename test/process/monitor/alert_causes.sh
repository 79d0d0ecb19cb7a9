#!/bin/bash
# Alerts are raised by their real cause, can be acknowledged, stay open, and are
# cleared when the cause is gone: every alert of alerts.def.  SQLite has no limit of
# connections and counts no errors.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# ---- one interface to both engines: ask SQL prints what a session gets ----

postgresql_ask()
{
	postgresql shop <<<"$1"
}

# The session is the monitored one.
sqlite_ask()
{
	: >"$tmp/answer"
	printf '.output %s\n%s\n.output %s\n.print end\n' "$tmp/answer" "$1" "$tmp/ended" >&"$session"
	until grep -qsx end "$tmp/ended"; do
		kill -0 "$shell" || return
		sleep 0.01
	done
	rm -f "$tmp/ended"
	cat "$tmp/answer"
}
open_session()
{
	rm -f "$tmp/fifo"
	mkfifo "$tmp/fifo"
	"${sqlite_shell[@]}" "$tmp/shop.db" <"$tmp/fifo" >"$tmp/session" 2>&1 &
	shell=$!
	exec {session}>"$tmp/fifo"
}

# state ALERT: "open", "acked" or "cleared".
state()
{
	local options

	# what a report finds costs ten times as much as what a sample reads
	case $1 in
		storage | query_time | error_rate | connections) options='{}' ;;
		*) options='{"level": "full"}' ;;
	esac
	"${engine}_ask" "select dbmonitor_sample('$options') is null;" >"$tmp/sampled"
	"${engine}_ask" "select case when cleared_at is not null then 'cleared' when acked_at is not null then 'acked' else 'open' end
		from dbmonitor_alerts('{\"history\": true}') where alert = '$1' order by alert_id desc limit 1;"
}

# becomes ALERT STATE [COMMAND]: waits for it, for a minute at most, and runs a
# command before each look.
becomes()
{
	local now until=$((SECONDS + 60))

	until ${3-:} "$1" && now=$(state "$1") && [ "$now" = "$2" ]; do
		[ $SECONDS -lt $until ] || break
		sleep 0.1
	done
	echo "$now"
}

# ack ALERT, if it is open: a sample of the server may have cleared it for a moment
ack()
{
	local id

	id=$("${engine}_ask" "select max(alert_id) from dbmonitor_alerts() where alert = '$1';")
	[ -z "$id" ] || "${engine}_ask" "select dbmonitor_ack($id, 'seen') is null;" >"$tmp/told" 2>&1
}

# story ALERT CAUSE CURE: commands.  The seed chooses the engine that has it, in make
# soak both have; an alert of PostgreSQL alone has it always.
story()
{
	local engines=(postgresql sqlite)

	told+=" $engine:$1"
	case ${DBCARE_WHOLE:+whole}:$1 in
		whole:* | *:connections | *:error_rate) ;;
		*) [ "$engine" = "${engines[(seed + ${#1}) % 2]}" ] || return 0 ;;
	esac
	eval "$2" >"$tmp/told" 2>&1
	is "$(becomes "$1" open)" open "$engine: $1 is raised"
	is "$(becomes "$1" acked ack)" acked "$engine: $1 is acknowledged and stays open"
	eval "$3" >"$tmp/told" 2>&1
	is "$(becomes "$1" cleared)" cleared "$engine: $1 is cleared"
}

# times N STATEMENT: in one session.
# shellcheck disable=SC2317
times()
{
	"${engine}_ask" "$(yes "$2" | head -"$1")"
}

# silence TRUE: what follows half a minute without samples.
silence()
{
	told+=" $engine:connection_failure"
	is "$(state connection_failure)" open "$engine: connection_failure is raised"
	ack connection_failure
	is "$("${engine}_ask" "select acked_at is not null from dbmonitor_alerts() where alert = 'connection_failure';")" \
		"${1}" "$engine: connection_failure is acknowledged"
	is "$(state connection_failure)" cleared "$engine: connection_failure is cleared"
}

start_server server "shared_preload_libraries='pg_stat_statements,dbcare'" max_connections=30 autovacuum=off
postgresql_new shop
sqlite_new shop
open_session
series='with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)'
for engine in postgresql sqlite; do
	"${engine}_ask" "create table item (id integer primary key, price integer); insert into item values (1, 10), (2, 20);
		create table filler (id integer, word text);
		select dbcheck_rule_add('positive', 'item', 'price > 0'), dbcheck_rule_add('small', 'item', 'price < 100', '{\"severity\": \"critical\"}');" >"$tmp/made"
done
sqlite_ask "select dbmonitor_start(1, '{\"thread\": false}') is null;" >"$tmp/started"
engine=postgresql
postgresql_ask "create extension pg_stat_statements; create extension amcheck; select dbcare_set('check_autovacuum_off_enabled', 'false'), dbcare_set('check_durability_settings_enabled', 'false'), dbmonitor_start(1);" >"$tmp/started"

for engine in postgresql sqlite; do
	# on PostgreSQL so few that the errors below are a share of them
	if [ "$engine" = postgresql ]; then
		size='pg_database_size(current_database())' fast=3000
		history="dbcare.sample (sample_id, taken_at, epoch, readings) overriding system value
			select -value, now() - value * interval '1 hour'" numbers='generate_series(1, 48) as value'
	else
		size='page_count * page_size from pragma_page_count, pragma_page_size' fast=30000
		history="\"dbcare samples\".dbcare_sample (sample_id, taken_at, epoch, readings)
			select -value, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', -value || ' hours')" numbers='generate_series(1, 48)'
	fi
	story consistency "${engine}_ask 'update item set price = -1 where id = 1;'" "${engine}_ask 'update item set price = 1 where id = 1;'"
	story health_failure "${engine}_ask 'update item set price = 1000 where id = 1;'" "${engine}_ask 'update item set price = 1 where id = 1;'"
	# a week of good scores; sample numbers below those of the monitor
	"${engine}_ask" "insert into $history, 'old', '{\"score\": 100}' from $numbers;" >"$tmp/told"
	for alert in score score_drop; do
		story $alert "${engine}_ask 'update item set price = 1000 where id = 1;'" "${engine}_ask 'update item set price = 1 where id = 1;'"
	done
	story migration_failed "${engine}_ask \"select dbmigrate_add('1', 'first', 'create table first (a integer)'), dbmigrate_add('2', 'second', 'insert into second values (1)');
			select dbmigrate_apply(null, '{\\\"on_error\\\": \\\"report\\\"}');\"" \
		"${engine}_ask \"select dbmigrate_add('2', 'second', 'create table second (a integer)'); select dbmigrate_apply();\""
	story initialisation_failed "${engine}_ask \"select dbinit_run('{\\\"name\\\": \\\"shop\\\", \\\"migrations\\\": [{\\\"version\\\": \\\"1\\\", \\\"name\\\": \\\"one\\\", \\\"up\\\": \\\"create table item (id)\\\"}]}');\"" \
		"${engine}_ask \"select dbinit_run('{\\\"name\\\": \\\"shop\\\"}');\""
	story schema_drift "${engine}_ask 'create table extra (a integer);'" "${engine}_ask 'drop table extra;'"
	bytes=$("${engine}_ask" "select $size;")
	story storage "${engine}_ask \"select dbcare_set('storage_limit_bytes', $((bytes * 3 / 2)));
			$series insert into filler select i, substr('$(printf 'w%.0s' {1..500})' || i, 3) from n;\"" \
		"${engine}_ask 'drop table filler; vacuum;'"
	"${engine}_ask" "select dbcare_set('storage_limit_bytes', null), dbcare_set('avg_query_warning_ms', 12);" >"$tmp/told"
	story query_time "times 100 '${series/20000/100000} select count(*) from n;'" "times $fast 'select 1;'"
done

engine=sqlite
sqlite_ask "create table t (a, b); $series insert into t select i, -i from n limit 100; create index one on t (a); create index two on t (b);" >"$tmp/made"
swap=".dbconfig defensive off
pragma writable_schema = on; update sqlite_schema set rootpage = (select sum(rootpage) from sqlite_schema where name in ('one', 'two')) - rootpage
	where name in ('one', 'two'); pragma writable_schema = reset;"
story integrity_violation "sqlite_ask \"$swap\"" "sqlite_ask \"$swap\""

engine=postgresql
# an order that changes after the index was built, as that of a collation does
postgresql_ask "create function compare(int, int) returns int immutable strict language sql as 'select btint4cmp(\$1, \$2)';
	create operator class changing for type int using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 compare(int, int);
	create table t (a int); insert into t select generate_series(1, 1000); create index t_a on t (a changing);" >"$tmp/made"
story integrity_violation "postgresql_ask \"create or replace function compare(int, int) returns int immutable strict language sql as 'select btint4cmp(\\\$2, \\\$1)'\"" \
	"postgresql_ask 'reindex index t_a;'"
story error_rate "yes 'select 1/0;' | head -600 | psql -qAtX -d shop" "times 30000 'select 1;'"
# shellcheck disable=SC2016
story connections 'for i in {1..22}; do hold session$i shop "select 1;"; done' 'for i in {1..22}; do release session$i; done'

# ---- no samples ----

test/pg_server.sh stop "$tmp/server"
# the library is no longer loaded, the process is gone
test/pg_server.sh start "$tmp/server" "shared_preload_libraries='pg_stat_statements'" fsync=off
exec {session}>&-
engine=postgresql
postgresql_ask "update dbcare.monitor set changed_at = changed_at - interval '1 minute';
	update dbcare.sample set taken_at = taken_at - interval '1 minute';" >"$tmp/told"
silence t
engine=sqlite
sleep 31 # the samples are in a file that belongs to the session that has ended
open_session
silence 1

names=$(sed -n 's/^DBC_ALERT(\([a-z_]*\),.*/\1/p' common/monitor/alerts.def)
for engine in postgresql sqlite; do
	for alert in $names; do
		# test/process/backup/schedule.sh has that of backups, test/process/monitor/plans.sh that of plans
		case $engine:$alert in sqlite:connections | sqlite:error_rate | *:backup_failed | *:plan_regression) continue ;; esac
		like "$told " " $engine:$alert " "$engine: $alert has a story"
	done
done

finish
