#!/bin/bash
# Alerts on databases that are in trouble for real: each is raised once, can be
# acknowledged, is told to whoever listens, and is cleared when it is over.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# alerts DATABASE [HISTORY]: "alert severity acknowledged" of each.
alerts()
{
	"$engine" "$1" <<-END
		select alert || ' ' || severity || case when acked_at is null then '' else ' acked' end
		from dbmonitor_alerts('{"history": ${2-false}}')
		order by alert_id;
	END
}

# sample DATABASE [LEVEL]: takes one.
sample()
{
	"$engine" "$1" <<<"select dbmonitor_sample('{\"level\": \"${2-none}\"}');" >"$tmp/sampled"
}

# is_raised ALERT: SQL that says whether an alert is open.
is_raised()
{
	echo "select exists (select from dbmonitor_alerts() where alert = '$1')"
}
is_cleared()
{
	echo "select exists (select from dbmonitor_alerts('{\"history\": true}')
		where alert = '$1' and cleared_at is not null)"
}

# Makes a SQLite database store samples itself, so that it has all tables.
samples_in_database()
{
	sqlite "$1" <<<"select dbmonitor_start(60, '{\"samples_file\": \"\", \"thread\": false}');
		select dbmonitor_stop();" >"$tmp/stopped"
}

# ---- both engines: what one sample after the other finds ----

start_server server max_connections=20
sqlite_table=dbcare_
postgresql_table=dbcare.
for engine in postgresql sqlite; do
	table=${engine}_table
	alert=${!table}alert
	"${engine}_new" shop
	[ "$engine" = postgresql ] || samples_in_database shop
	"$engine" shop <<<"select dbcare_set('storage_limit_bytes', 1);" >"$tmp/set"
	sample shop
	is "$(alerts shop)" '' "$engine: a database that is full for a moment is no alert"
	"$engine" shop <<<"update $alert set pending_at = '2026-01-01T00:00:00.000Z';"
	sample shop
	sample shop
	is "$(alerts shop)" 'storage critical' "$engine: a database that stays full raises one alert"
	id=$("$engine" shop <<<"select max(alert_id) from $alert;")
	like "$("$engine" shop <<<"select dbmonitor_ack($id, 'on it');")" \
		'"note": "on it"' "$engine: it can be acknowledged"
	like "$("$engine" shop <<<"select dbmonitor_ack($id);")" \
		'"note": "on it"' "$engine: acknowledged again without a note it keeps the note"
	is "$(alerts shop)" 'storage critical acked' "$engine: the alert stays open"
	"$engine" shop <<<"select dbcare_set('storage_limit_bytes', null);" >"$tmp/set"
	sample shop
	is "$(alerts shop)" '' "$engine: free space clears the alert"
	is "$(alerts shop true)" 'storage critical acked' "$engine: the history has the cleared alert"
	like "$("$engine" shop <<<"select dbmonitor_ack($id);" || true)" \
		'has already been cleared' "$engine: nor can it be acknowledged any more"
done

# ---- SQLite: damage ----

engine=sqlite
sqlite_new damaged
sqlite damaged >"$tmp/out" <<-'END'
	.dbconfig defensive off
	create table t (a, b);
	insert into t select value, -value from generate_series(1, 100);
	create index one on t (a);
	create index two on t (b);
	create table place as select name, rootpage from sqlite_schema where name in ('one', 'two');
	pragma writable_schema = on;
	update sqlite_master set rootpage = (select p.rootpage from place as p where p.name <> sqlite_master.name) where name in ('one', 'two');
END
sample damaged full
like "$(alerts damaged)" 'integrity_violation critical' 'a damaged index raises an alert at once'
sample damaged fast
like "$(alerts damaged)" 'integrity_violation critical' 'a sample without the check keeps the alert open'
like "$(sqlite damaged <<<"select dbhealth_report('{\"categories\": [\"configuration\"]}')")" '"alerts": \[\{.*"alert": "integrity_violation"' \
	'the report has the alert, with the members that are declared'
sqlite damaged >"$tmp/out" <<-'END'
	.dbconfig defensive off
	pragma writable_schema = on;
	update sqlite_master set rootpage = (select p.rootpage from place as p where p.name = sqlite_master.name) where name in ('one', 'two');
END
sample damaged full
is "$(alerts damaged)" '' 'a sample that finds the index repaired clears the alert'

# ---- PostgreSQL: what goes on while it is watched ----

engine=postgresql
postgresql_new busy
mkfifo "$tmp/listener"
"${psql_shell[@]}" -d busy <"$tmp/listener" >"$tmp/heard" 2>&1 &
exec {listener}>"$tmp/listener"
echo 'listen dbcare_alert;' >&"$listener"
postgresql busy <<<'select dbmonitor_start(0.2);' >"$tmp/started"

# 17 sessions are allowed; more than 80 % of them are open
for ((i = 1; i <= 14; i++)); do
	hold "session$i" busy 'select 1;'
done
is "$(until_true busy "$(is_raised connections)")" '' 'most connections in use are an alert'
for ((i = 1; i <= 14; i++)); do
	release "session$i"
done
is "$(until_true busy "$(is_cleared connections)")" '' 'closing the connections clears the alert'
is "$(alerts busy true | grep -c connections)" 1 'full connections raised one alert'

for ((i = 1; i <= 2000; i++)); do
	echo 'begin; select 1; rollback;'
done | postgresql busy >"$tmp/failed"
is "$(until_true busy "$(is_raised error_rate)")" '' 'rolled back transactions raise an alert'
like "$(postgresql busy <<<"select message from dbmonitor_alerts() where alert = 'error_rate';")" \
	'% of the transactions are rolled back' 'in these words'

# a notification comes with the answer to the next statement
echo 'select 1;' >&"$listener"
exec {listener}>&-
wait %1 || true
like "$(cat "$tmp/heard")" '"dbcare_alert".*"alert": "connections".*"state": "raised"' 'a listener gets a notification of a raised alert'
like "$(cat "$tmp/heard")" '"alert": "connections".*"state": "cleared"' 'a listener gets a notification of a cleared alert'
postgresql busy <<<'select dbmonitor_stop();' >"$tmp/stopped"

# ---- both engines: time without samples ----

for engine in postgresql sqlite; do
	table=${engine}_table
	"${engine}_new" silent
	"$engine" silent >"$tmp/ignored" <<-END
		select dbcare_install();
		insert into ${!table}monitor values (1, '1', 60, null, '2026-01-01T00:00:00.000Z', 'ann');
		select dbmonitor_sample('{"level": "none"}');
		update ${!table}sample set taken_at = '2026-01-02T00:00:00.000Z';
	END
	# whoever took the last one
	is "$("$engine" silent <<-END | grep -v '^{'
		select dbmonitor_sample('{"level": "none"}');
		select alert, severity from dbmonitor_alerts() where alert_id is not null;
		select dbmonitor_sample('{"level": "none"}');
		select count(*) from dbmonitor_alerts() where alert_id is not null;
	END
	)" $'connection_failure critical\n0' "$engine: time without samples is a failure, until the next one"
done
finish
