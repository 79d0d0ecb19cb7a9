#!/bin/bash
# A sampler that stays for the next sample: nobody waits for it, and it ends when
# it should.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# waiting DATABASE: the sampler of a database, once it waits for its next sample.
waiting()
{
	local pid until=$((SECONDS + 60))

	until pid=$(postgresql postgres <<<"select pid from pg_stat_activity
			where backend_type = 'dbcare sampler' and datname = '$1' and state = 'idle';") && [ -n "$pid" ]; do
		[ $SECONDS -lt $until ] || break
		sleep 0.02
	done
	echo "$pid"
}

# stays DATABASE SECONDS: a new monitored database whose sampler waits; $pid is
# that.
stays()
{
	postgresql_new "$1"
	postgresql "$1" <<<"select dbmonitor_start($2);" >"$tmp/started"
	pid=$(waiting "$1")
}

# stop DATABASE: ends its monitoring.
stop()
{
	postgresql "$1" <<<'select dbmonitor_stop();' >"$tmp/stopped"
}

# alone DATABASE STATEMENT: passed if a statement that needs the database for
# itself succeeds while the sampler waits.
alone()
{
	stays "$1" 20
	is "$(postgresql postgres <<<"$2; select state from pg_stat_activity where pid = $pid;")" idle "$2 does not wait"
}

# eventually DATABASE SQL NAME: passed once a query gives t.
eventually()
{
	is "$(until_true "$1" "$2")" '' "$3"
}

# ends PID NAME: passed once a process is gone.
ends()
{
	eventually postgres "select not exists (select from pg_stat_activity where pid = $1)" "$2"
}

# goes_on DATABASE NAME: passed once there is another sample than the last.
goes_on()
{
	local last

	last=$(postgresql "$1" <<<'select coalesce(max(sample_id), 0) from dbcare.sample;')
	eventually "$1" "select max(sample_id) > $last from dbcare.sample" "$2"
}

start_server server "shared_preload_libraries = 'dbcare'"
mkdir "$tmp/space"
chown --reference="$tmp/server/data" "$tmp/space"
postgresql postgres <<<"create tablespace elsewhere location '$tmp/space';"

# ---- between samples ----

stays first 0.1
goes_on first 'samples are taken'
goes_on first 'and more of them'
is "$(waiting first)" "$pid" 'by the same process'
eventually postgres "select state = 'idle' and backend_xmin is null and backend_xid is null and xact_start is null
	and not exists (select from pg_locks as l where l.pid = a.pid) from pg_stat_activity as a where pid = $pid" \
	'which has no snapshot and no lock between them'
is "$(postgresql first <<<"select count(distinct taken_at) = count(*), max(taken_at) > now() - interval '10 seconds'
	from dbcare.sample;")" 't t' 'each sample has its time'
stop first
ends "$pid" 'it ends when monitoring stops'

# ---- statements that need the database for themselves ----

alone dropped 'drop database dropped'
alone renamed 'alter database renamed rename to other'
postgresql other <<<'select dbmonitor_start(0.1);' >"$tmp/started"
ends "$pid" 'it ends when the interval changes'
goes_on other 'the renamed database is monitored'
stop other
alone source 'create database copy template source'
stop source
alone moved 'alter database moved set tablespace elsewhere'
is "$(find "/proc/$pid/fd" -lname '*/base/*' 2>/dev/null)" '' 'no file of the database is open'
stop moved
stays gone 1
postgresql postgres <<<'drop database gone;'
ends "$pid" 'the sampler of a dropped database ends when its sample is due'
stays moving 1
postgresql postgres <<<'alter database moving set tablespace elsewhere;'
ends "$pid" 'that of a moved one, too'
goes_on moving 'and another takes its samples'
stop moving
is "$(grep 'FATAL\|PANIC\|ERROR' "$tmp/server/log" || true)" '' 'without an error'

# ---- when a sampler ends ----

stays altered 0.1
postgresql postgres <<<'select pg_reload_conf();' >"$tmp/reloaded"
ends "$pid" 'it ends when the configuration is reloaded'
goes_on altered 'and a new one goes on'
pid=$(waiting altered)
postgresql postgres <<<"select pg_terminate_backend($pid);" >"$tmp/ended"
ends "$pid" 'it ends when it is terminated'
goes_on altered 'and a new one goes on'
pid=$(waiting altered)
postgresql postgres <<<"select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'dbcare launcher';" \
	>"$tmp/ended"
ends "$pid" 'it ends with its launcher'
goes_on altered 'and a new one goes on'
pid=$(waiting altered)
postgresql altered <<<'drop extension dbcare;'
ends "$pid" 'it ends when the extension is dropped'
stays hourly 0.1
postgresql hourly <<<'select dbmonitor_start(3600);' >"$tmp/started"
eventually postgres "select not exists (select from pg_stat_activity where backend_type = 'dbcare sampler')" \
	'it does not stay for an hour'
stop hourly

# ---- more databases than samplers ----

for db in one two three four five; do
	stays "$db" 20
done
for db in one two three four five; do
	postgresql "$db" <<<'select dbmonitor_start(0.2);' >"$tmp/started"
done
for db in one two three four five; do
	goes_on "$db" "database $db has its samples"
	stop "$db"
done

# ---- the end of the server ----

stays last 20
servers=${servers/ $tmp\/server/}
kill -9 "$(head -n 1 "$tmp/server/data/postmaster.pid")"
for ((i = 0; i < 3000; i++)); do
	kill -0 "$pid" 2>/dev/null || break
	sleep 0.02
done
is "$(kill -0 "$pid" 2>&1 | wc -l)" 1 'it ends with the server'
finish
