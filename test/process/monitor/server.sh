#!/bin/bash
# What watches a PostgreSQL server: nobody who wants a database for himself
# waits for it, it survives what happens to servers, says what hinders it, and
# runs nothing with more rights than the owner of dbcare's tables has.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# status DATABASE KEY: what dbmonitor_status() has there.
status()
{
	postgresql "$1" <<<"select dbmonitor_status() ->> '$2';"
}

# eventually DATABASE SQL NAME: passed once a query gives t.
eventually()
{
	is "$(until_true "$1" "$2")" '' "$3"
}

# becomes DATABASE KEY VALUE NAME: passed once dbmonitor_status() has that
# there; a server that is not up is asked again.
becomes()
{
	eventually "$1" "select coalesce(dbmonitor_status() ->> '$2', '') = '$3'" "$4"
}

# goes_on DATABASE NAME: passed once there is another sample than the last.
goes_on()
{
	local last

	last=$(postgresql "$1" <<<'select coalesce(max(sample_id), 0) from dbcare.sample;')
	eventually "$1" "select max(sample_id) > $last from dbcare.sample" "$2"
}

# watched NAME: a new database that is watched, with pauses in which nobody is in
# it, however slow the machine is.
watched()
{
	postgresql_new "$1"
	postgresql "$1" <<<'select dbmonitor_start(1);' >"$tmp/started"
}

# restart SERVER [SETTING=VALUE ...]: stops a server and starts it again.
restart()
{
	local dir=$tmp/$1

	shift
	test/pg_server.sh stop "$dir"
	test/pg_server.sh start "$dir" "$@"
}

no_launcher="select not exists (select from pg_stat_activity where backend_type = 'dbcare launcher')"

# ---- started by dbmonitor_start() ----

start_server server
postgresql_new first
is "$(status first running) $(status first problem)" 'false ' 'no worker runs before dbmonitor_start()'
is "$(postgresql first <<<"begin; select dbmonitor_start(0.1) ->> 'running'; rollback; select dbmonitor_status() ->> 'running';")" \
	$'true\nfalse' 'a start that is rolled back is none'
like "$(postgresql first <<<"begin; select dbmonitor_start(0.1) ->> 'running'; prepare transaction 'p';" || true)" \
	'cannot prepare a transaction that has started or stopped monitoring' 'one cannot be prepared'
eventually first "$no_launcher" 'then the launcher ends'

is "$(postgresql first <<<"select dbmonitor_start(0.1) ->> 'running';")" true 'it starts'
goes_on first 'and takes samples'
is "$(status first problem) $(status first hint)" \
	'Monitoring ends with the server. To start monitoring with the server, add dbcare to shared_preload_libraries.' \
	'it says that it ends with the server'
is "$(postgresql first <<<"select datname, application_name from pg_stat_activity
	where pid = (dbmonitor_status() ->> 'pid')::int and backend_type = 'dbcare launcher';")" \
	' dbcare launcher' 'pg_stat_activity shows the launcher, in no database'
eventually first "select state = 'idle' and backend_xmin is null and backend_xid is null and
	not exists (select from pg_locks as l where l.pid = a.pid)
	from pg_stat_activity as a where backend_type = 'dbcare launcher'" 'which has no snapshot and no lock between its ticks'
eventually first "select exists (select from pg_stat_activity where backend_type = 'dbcare sampler'
	and application_name = 'dbcare sampler' and query = 'select dbmonitor_sample()' and datname = 'first')" \
	'and a sampler while that is there'

is "$(postgresql first <<<"begin; select dbmonitor_stop() ->> 'running'; rollback; select dbmonitor_status() ->> 'running';")" \
	$'false\ntrue' 'a stop that is rolled back is none'
is "$(postgresql first <<<"begin; savepoint s; select dbmonitor_stop() ->> 'running'; rollback to s; commit; select dbmonitor_status() ->> 'running';")" \
	$'false\ntrue' '... nor does a savepoint that is rolled back'
is "$(postgresql first <<<"begin; select dbmonitor_start(0.2) is null; savepoint s; select dbmonitor_start(3600) is null; rollback to s; release s; commit;
	select dbmonitor_status() ->> 'interval_seconds';")" $'f\nf\n0.2' 'the interval is that of the call that was committed'
goes_on first 'samples go on'
is "$(postgresql first <<<"select dbmonitor_start(3600) ->> 'running'; select dbmonitor_stop() ->> 'running';
	select dbmonitor_status() ->> 'running';")" $'true\nfalse\nfalse' 'it stops'
eventually first "$no_launcher" 'and the launcher ends'

# ---- other sessions do not wait ----

for db in dropped renamed source forced; do
	watched "$db"
	goes_on "$db" "$db is watched"
done
is "$(postgresql postgres <<<'create database copy template source;')" '' 'a monitored database can be a template'
is "$(postgresql postgres <<<'alter database renamed rename to other;')" '' 'a monitored database can be renamed'
is "$(postgresql postgres <<<'drop database dropped;')" '' 'a monitored database can be dropped'
is "$(postgresql postgres <<<'drop database forced with (force);')" '' 'a monitored database can be dropped with force'
goes_on other 'the renamed one is watched under its new name'
goes_on source 'the template is, still'
is "$(status copy enabled) $(status copy running)" 'true false' 'a copy of a monitored database is not monitored'

is "$(postgresql source <<<"select dbcare_uninstall('{\"confirm\": \"source\"}') is not null;")" t \
	'schema dbcare of a watched database can be dropped'
becomes source running false 'then it is not watched'
is "$(postgresql other <<<'drop extension dbcare;')" '' 'the extension of a monitored database can be dropped'
eventually postgres "$no_launcher" 'then nothing is watched, and the launcher ends'

# ---- a first sample that fails ----

# it waits for the lock of another session's sample
hold sample first 'select dbmonitor_sample();'
postgresql first <<<'delete from dbcare.sample; select dbmonitor_start(0.1);' >"$tmp/started"
becomes first problem 'The last sample failed: canceling statement due to lock timeout.' 'a sample that fails is told of'
is "$(status first samples)" 0 'though it was the first'
release sample
goes_on first 'the database stays watched'
becomes first problem 'Monitoring ends with the server.' 'and nothing is wrong any more'

# Checks that take too long cost no samples.
postgresql_new checked
postgresql checked <<<'select dbcare_install();' >"$tmp/made"
hold checks checked 'lock table dbcare.suppression in access exclusive mode;'
postgresql checked <<<'select dbmonitor_start(0.1);' >"$tmp/started"
becomes checked problem 'The health checks did not complete.' 'health checks that fail are told of'
goes_on checked 'samples are taken all the same'
release checks
becomes checked problem 'Monitoring ends with the server.' 'and they run as soon as they can'
postgresql checked <<<'select dbmonitor_stop();' >"$tmp/stopped"

# ---- crashes ----

# A server that restarts after a crash does not answer for a while.
kill_and_wait()
{
	local pid=$1

	kill -9 "$pid"
	until_true first "select not exists (select from pg_stat_activity where pid = $pid)" >"$tmp/waited"
}

kill_and_wait "$(status first pid)"
becomes first running true 'the launcher comes back after kill -9'
goes_on first 'and takes samples'
# whoever waits for the lock stays for long enough
hold sample first 'select dbmonitor_sample();'
pid=
for ((i = 0; i < 100; i++)); do
	until_true first "select exists (select from pg_stat_activity where backend_type = 'dbcare sampler')" >"$tmp/waited"
	pid=$(postgresql first <<<"select pid from pg_stat_activity where backend_type = 'dbcare sampler' limit 1;")
	if [ -n "$pid" ] && kill -9 "$pid" 2>/dev/null; then
		break
	fi
done
until_true first "select not exists (select from pg_stat_activity where pid = ${pid:-0})" >"$tmp/waited"
# shellcheck disable=SC2154
exec {holder_sample}>&-
rm "$tmp/sample.fifo"
becomes first running true 'so it does after kill -9 of a sampler'
goes_on first 'and takes samples'
samples=$(status first samples)
restart server
is "$(status first enabled) $(status first running) $(status first problem) $(status first hint)" \
	'true false No background worker monitors this database. Call dbmonitor_start(). To start monitoring with the server, add dbcare to shared_preload_libraries.' \
	'after a restart nobody watches, and it says so'
is "$(postgresql first <<<"select (dbmonitor_status() ->> 'samples')::int >= $samples;")" t 'the samples survive the restart'
becomes first silent true 'samples are missing'
is "$(postgresql first <<<"select alert from dbmonitor_alerts() where alert_id is null;
	select severity from dbhealth_checks('{\"checks\": [\"monitor_self\"]}');")" $'no_data\nwarning' 'which is an alert and a finding'
postgresql_new second
postgresql second <<<'select dbmonitor_start(0.1);' >"$tmp/started"
becomes first running true 'monitoring started anywhere goes on everywhere'
goes_on first 'with samples'

# ---- started with the server ----

restart server "shared_preload_libraries = 'dbcare, pg_stat_statements'"
becomes first running true 'preloaded, it starts with the server'
goes_on first 'and takes samples'
becomes first problem '' 'a preloaded library has no problem to report'
is "$(status first statements)" false 'without pg_stat_statements no statements are counted'
postgresql first <<<'create extension pg_stat_statements;'
is "$(status first statements)" true 'with pg_stat_statements they are'
kill_and_wait "$(status first pid)"
becomes first running true 'it comes back after kill -9'
goes_on second 'and takes samples in every database'

# ---- memory ----

pid=$(status first pid)
if [ -r "/proc/$pid/status" ]; then
	memory()
	{
		sed -n 's/^RssAnon:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$pid/status"
	}
	seen='select max(sample_id) from dbcare.sample'
	goes_on first 'it runs'
	before=$(memory)
	at=$(postgresql first <<<"$seen;")
	until_true first "select ($seen) > $at + 80" >"$tmp/waited"
	like "$(($(memory) - before < 512))" 1 'its memory does not grow'
else
	skip 'its memory does not grow' 'there is no /proc'
fi

# ---- a standby ----

pg_basebackup -D "$tmp/standby/data" -R -c fast >"$tmp/copied" 2>&1
start_server standby
is "$(status first running) $(status first problem) $(status first hint)" \
	'false A standby takes no samples. After its promotion, samples are taken automatically.' 'a standby takes no samples'
is "$(postgresql postgres <<<'select pg_promote();')" t 'the standby is promoted'
becomes first running true 'then it does'
goes_on first 'and they are stored'
test/pg_server.sh stop "$tmp/standby"
servers=${servers/ $tmp\/standby/}
# shellcheck source=/dev/null
. "$tmp/server/env"

# ---- too few worker slots ----

# one for the launcher of logical replication, one for ours
restart server max_worker_processes=2 max_parallel_workers=0
becomes first problem 'No background worker is free to take samples.' 'too few worker slots are told of'
becomes first hint 'Increase max_worker_processes.' 'with what to do about it'
restart server "shared_preload_libraries = ''" max_worker_processes=1
like "$(postgresql first <<<'select dbmonitor_start(0.1);')" \
	'WARNING:  no background worker is free to monitor the database.HINT:  Increase max_worker_processes' \
	'so is having none for the launcher'
restart server max_worker_processes=8

# ---- what strangers plant ----

postgresql_new trap
postgresql trap <<-'END'
	create role mallory;
	grant create on database trap to mallory;
	set role mallory;
	create schema dbcare;
	create function dbcare.attack() returns integer language plpgsql as $$
	declare
		attempt text;
	begin
		raise log 'planted: runs as %, %', current_user, session_user;
		foreach attempt in array array['reset session authorization', 'reset role',
			'set session authorization postgres', 'alter role mallory superuser']
		loop
			begin
				execute attempt;
				raise log 'planted: % did work', attempt;
			exception when others then
				null;
			end;
		end loop;
		return 1;
	end $$;
	create view dbcare.bookkeeping as select dbcare.attack() as version;
	create view dbcare.monitor as select true as enabled, dbcare.attack() / 10.0 as interval_seconds;
END
like "$(postgresql trap <<<'select dbmonitor_start(0.1);' || true)" 'belongs to role "mallory"' \
	'dbmonitor_start() does not touch what a stranger has planted'
postgresql first <<<'select dbmonitor_start(0.1);' >"$tmp/started"
eventually first "select pg_read_file('$tmp/server/log') like
	'%role \"mallory\", which owns dbcare''s tables, may not call dbmonitor_sample()%'" 'a sampler finds it'
is "$(sed -n 's/.*LOG:  planted: //p' "$tmp/server/log" | sort -u)" 'runs as mallory, mallory' \
	'and runs it with the rights of its owner alone'
is "$(postgresql trap <<<"select rolsuper from pg_roles where rolname = 'mallory';")" f 'who got no more'

# dbcare's tables belong to a superuser, and an untrusted role has a trigger on one.
postgresql_new trigger
postgresql trigger >"$tmp/made" <<-'END'
	select dbcare_install();
	grant usage on schema dbcare to mallory;
	grant create on schema public to mallory;
	grant trigger on dbcare.sample to mallory;
	set role mallory;
	create function attack() returns trigger language plpgsql as $$
	begin
		raise log 'trigger: runs as %', current_user;
		return new;
	end $$;
	create trigger attack before insert on dbcare.sample for each row execute function attack();
	reset role;
	insert into dbcare.monitor (monitor_id, enabled, interval_seconds, changed_by) values (1, true, 0.1, 'postgres');
END
restart server
postgresql first <<<'select dbmonitor_start(0.1);' >"$tmp/started"
eventually first "select pg_read_file('$tmp/server/log') like
	'%the function of trigger attack on dbcare.sample belongs to role \"mallory\"%'" 'a trigger of a stranger is found'
is "$(grep -c 'LOG:  trigger: ' "$tmp/server/log")" 0 'and not run'
finish
