#!/bin/bash
# One process that looks after many databases, and the health of all as one table: on both
# engines, with the extension and without.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

dbcare=${DBCARE:-$PWD/build/dbcare}
work=$tmp/work
mkdir "$work"
file=$work/dbcare.toml
said=$work/said
unset DATABASE_URL PGDATABASE
# a machine that stands still is not a server that is down
export PGCONNECT_TIMEOUT=60

# run ARGUMENT ...: the output, a line with the exit code last.
run()
{
	local code=0

	(cd "$work" && "$dbcare" "$@" </dev/null 2>&1) || code=$?
	echo "exit $code"
}

# ---- the file ----

# refuses PATTERN NAME: what is wrong with the file of standard input.
refuses()
{
	rm -rf "$file"
	cat >"$file"
	chmod 600 "$file"
	is_refused "$1" "$2"
}
# is_refused PATTERN NAME: ... with the one that is there.
is_refused()
{
	local said

	said=$(run health --all)
	like "$said" "$1.*exit 2" "refused: $2"
	[[ $said != *secret* ]] || result 1 "$2: no password is printed" "$said"
}

is_refused 'could not open "dbcare.toml"' 'a file that is not there'
mkdir "$file"
is_refused '"dbcare.toml" is not a regular file' 'a directory is no file'
rmdir "$file"
mkfifo "$file"
is_refused '"dbcare.toml" is not a regular file' 'nobody waits for a FIFO'
refuses '"dbcare.toml" is too large' 'a huge file' < <(head -c 1100000 /dev/zero | tr '\0' '#')
refuses '"dbcare.toml" is not text in UTF-8' 'a NUL' < <(printf '[databases]\na = "a\0.db"\n')
refuses '"dbcare.toml" is not text in UTF-8' 'a file in Latin-1' < <(printf '# \xe9\n')
refuses 'dbcare.toml:1: the file begins with a byte order mark' 'a byte order mark' < <(printf '\xef\xbb\xbf[databases]\n')
refuses 'dbcare.toml lists no databases' 'an empty file' </dev/null
refuses 'dbcare.toml lists no databases' 'a table without databases' <<<'[databases]'
refuses 'dbcare.toml:2: unknown table: \[alerts\]' 'another table' <<<$'# mine\n[alerts]'
refuses 'dbcare.toml:1: unknown table: \[\[databases\]\]' 'an array of tables' <<<'[[databases]]'
refuses 'dbcare.toml:2: the table is defined twice: \[databases\]' 'the table twice' <<<$'[databases]\n[databases]'
refuses 'dbcare.toml:1: unknown key: intervall_seconds' 'an unknown key' <<<'intervall_seconds = 5'
refuses 'dbcare.toml:2: the key is set twice: connections' 'a key twice' <<<$'connections = 5\nconnections = 5'
for value in 0 86401 -1 060 5.0 '"5"' 1_0 99999999999999999999 true; do
	refuses 'dbcare.toml:1: the value is not valid: .*from 1 to 86400' "no interval: $value" <<<"interval_seconds = $value"
done
refuses 'dbcare.toml:1: the value is not valid: end of line' 'no value' <<<'interval_seconds ='
refuses 'dbcare.toml:1: there is no = after the key: connections' 'no equals sign' <<<'connections 5'
refuses 'dbcare.toml:1: unexpected text after the value' 'two values' <<<'connections = 5 6'
refuses 'dbcare.toml:1: not a key: "shop"' 'a key in quotes' <<<'"shop" = "shop.db"'
refuses 'dbcare.toml:2: not a key: eu.shop' 'a key with a point' <<<$'[databases]\neu.shop = "shop.db"'
refuses 'dbcare.toml:2: the database is not a string in quotes: shop' 'a database without quotes' \
	<<<$'[databases]\nshop = postgresql://me:secret@localhost/shop'
refuses 'dbcare.toml:2: not a key: postgresql' 'a database without a name' \
	<<<$'[databases]\npostgresql://me:secret@localhost/shop'
refuses 'dbcare.toml:2: the string is not closed on its line' 'a string without an end' \
	<<<$'[databases]\nshop = "postgresql://me:secret@localhost/shop'
refuses 'dbcare.toml:2: unexpected text after the value' 'a quote in a password' \
	<<<$'[databases]\nshop = "postgresql://me:p"secret@localhost/shop"'
refuses 'dbcare.toml:2: only .* are read in a string' 'an escape that is not read' <<<$'[databases]\nshop = "a\\u0041.db"'
refuses 'dbcare.toml:2: the string has a control character' 'a control character' <<<$'[databases]\nshop = "a\x01.db"'
refuses 'dbcare.toml:2: the text is empty: shop' 'an empty string' <<<$'[databases]\nshop = ""'
refuses 'dbcare.toml:2: the URL is not one of PostgreSQL or SQLite: shop' 'another URL' \
	<<<$'[databases]\nshop = "postgres//://me:secret@localhost/shop"'
refuses 'dbcare.toml:1: not a key: postgresql' 'a database above the table' <<<'postgresql://me:secret@localhost/shop'
refuses 'dbcare.toml:3: the database is defined twice: shop' 'a database twice' <<<$'[databases]\nshop = "a.db"\nshop = "b.db"'
refuses 'dbcare.toml:2: is not a connection string: shop' 'no connection string' \
	<<<$'[databases]\nshop = "postgresql://me:secret@[localhost/shop"'
printf '[databases]\nshop = "postgresql://me:secret@localhost/shop"\n' >"$file"
chmod 644 "$file"
is_refused 'dbcare.toml:2: every user of this machine can read the password: shop' 'a password that everybody can read'
chmod 602 "$file"
is_refused 'dbcare.toml is not used.*Every user of this machine can write' 'a file that everybody can write'
chmod 600 "$file"
if [ "$(id -u)" -eq 0 ]; then
	chown nobody "$file"
	is_refused 'dbcare.toml is not used.*belongs to another user' 'a file of another user'
	mv "$file" "$work/other.toml"
	chown root "$work/other.toml"
	ln -s other.toml "$file"
	chown -h nobody "$file"
	is_refused 'dbcare.toml is not used.*belongs to another user' 'a link of another user'
	rm "$work/other.toml"
else
	skip 'files and links of another user' 'needs root'
fi
rm "$file"
printf '[databases]\r\na = '"'"'a.db'"'"' # one\r\n' >"$file"
like "$(run health --all)" 'a +unknown +cannot open "a.db".*exit 1' 'line ends of Windows, a string in single quotes, a comment'

# ---- the health of all ----

start_server server
postgresql_new ext
"${psql_shell[@]}" -d postgres -c 'create database plain'
sqlite3 "$work/sound.db" 'create table t (id integer primary key)'
# a warning of a check
sqlite3 "$work/worse.db" 'create table parent (id integer primary key);
	create table child (id integer primary key, parent_id integer references parent);
	insert into child values (1, 1)'
mkdir "$work/etc"
cat >"$work/etc/dbcare.toml" <<-END
	interval_seconds = 1
	connections = 3

	[databases]
	sound = "../sound.db"
	worse = "sqlite:../worse.db"
	ext = "postgresql:///ext"
	plain = "dbname=plain user=$PGUSER"
	none = "../none.db"
	nobody = "postgresql://me:secret@localhost:1/shop"
END
chmod 600 "$work/etc/dbcare.toml"
table=$(run health --all --config etc/dbcare.toml --categories constraints,integrity --full)
like "$table" '^name +score +status +finding' 'the table has its columns'
like "$table" 'nobody +unknown +connection to server .*none +unknown +cannot open "etc/../none.db"' \
	'databases that are down are unknown, and why; they come first'
[[ $table != *secret* ]] || result 1 'no password is printed' "$table"
all=$(run health --all --config etc/dbcare.toml --json --full)
like "$all" '"name": "worse", "score": [0-9]+, "status": "[a-z]+", "finding": "child: 1 row has no parent.*exit 1' 'JSON has the worst finding'
is "$(sed '$d' <<<"$all" | python3 -c 'import json, sys
rows = json.load(sys.stdin)
scores = [-1 if r["score"] is None else r["score"] for r in rows]
print(len(rows), scores == sorted(scores), sorted(r["name"] for r in rows if r["status"] == "unknown"))')" \
	"6 True ['nobody', 'none']" 'the worst are first'
is "$(run health --all --config etc/dbcare.toml --csv | sed -n '1p; s/^none,.*/none/p')" $'name,score,status,finding\nnone' 'CSV has a row for each'
printf '[databases]\nsound = "sound.db"\n' >"$file"
is "$(run health --all --quiet)" 'exit 0' 'all are healthy: the exit code is 0'
like "$(run health --all 2>&1)" '1 database: 1 healthy' 'a sentence counts them'
like "$(run health --all --db sound.db)" 'exclude each other.*exit 2' '--db names no file of databases'
like "$(run run --db sound.db)" 'takes its databases from a file.*exit 2' '... nor does it for run'

# ---- run ----

# begin ARGUMENT ...: begins run, whose output is $work/said, and waits until it has begun.
begin()
{
	: >"$said"
	(cd "$work" && exec "$dbcare" run "$@" >"$said" 2>&1 </dev/null) &
	fleet=$!
	until_says 'Looking after'
}
# until_says PATTERN: waits until a line matches, for a minute at most.
until_says()
{
	local until=$((SECONDS + ${PATIENCE:-60}))

	until grep -qE -- "$1" "$said" || [ $SECONDS -ge $until ]; do sleep 0.02; done
	grep -qE -- "$1" "$said" || echo "# never said: $1; but: $(cat "$said")"
}
# until_samples DATABASE: waits for two more samples of a file.
until_samples()
{
	local count="select dbmonitor_status() ->> 'samples';" before until=$((SECONDS + 60))

	before=$("${sqlite_shell[@]}" "$work/$1" <<<"$count" 2>/dev/null || true)
	until [ "$("${sqlite_shell[@]}" "$work/$1" <<<"$count" 2>/dev/null || echo 0)" -gt $((${before:-0} + 1)) ] || [ $SECONDS -ge $until ]; do
		sleep 0.05
	done
	[ $SECONDS -lt $until ]
}
# says PATTERN NAME
says()
{
	until_says "$1"
	like "$(cat "$said")" "$1" "$2"
}
# stop [SIGNAL]: ends it; $code is its exit code.
stop()
{
	code=0
	kill "${1--TERM}" "$fleet"
	wait "$fleet" || code=$?
}

cat >"$file" <<-END
	interval_seconds = 1
	[databases]
	sound = "sound.db"
	worse = "worse.db"
	later = "later.db"
	ext = "postgresql:///ext"
	plain = "dbname=plain"
	server = "dbname=later"
	nobody = "postgresql://me:secret@localhost:1/shop"
END
chmod 600 "$file"
begin
says 'nobody: down: connection to server' 'a server that does not run is down'
says 'server: down: .*database "later" does not exist' '... as is a database that is not there [PG]'
says 'later: down: cannot open "later.db"' '... or a file'
result "$(until_samples sound.db; echo $?)" 'the others get their samples [SQLite]'
until_true ext "select (dbmonitor_status() ->> 'samples')::int > 1"
is "$(postgresql ext <<<"select dbmonitor_status() ->> 'running', dbmonitor_status() ->> 'interval_seconds'")" 'true 1' \
	'with the extension the server takes them'
until_true plain 'select count(*) > 1 from dbcare.sample'
is "$(postgresql plain <<<"select count(*) from pg_extension where extname = 'dbcare'")" 0 '... and without it the command'
"${psql_shell[@]}" -d postgres -c 'create database later'
sqlite3 "$work/later.db" 'create table t (id integer primary key)'
says 'server: up again' 'a database that is there is up again [PG]'
says 'later: up again' '... [SQLite]'
is "$(sqlite3 "$work/sound.db" 'select count(*) from sqlite_schema')" 1 'samples are in a file beside the database'

# connections that the server ends are opened again
until_true postgres "select count(*) > 0 from pg_stat_activity where application_name = 'dbcare'"
"${psql_shell[@]}" -d postgres -c "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'dbcare'" >/dev/null
samples=$(postgresql plain <<<'select max(sample_id) from dbcare.sample')
until_true plain "select max(sample_id) > $samples + 1 from dbcare.sample"
is "$(grep -c '^plain: down' "$said")" 0 'a connection that the server has ended is opened again'

# a session that stands still keeps no other database from its samples
backend=$("${psql_shell[@]}" -d postgres -c "select max(pid) from pg_stat_activity where application_name = 'dbcare' and datname = 'plain'")
kill -STOP "$backend"
result "$(until_samples sound.db && until_samples worse.db && until_samples later.db; echo $?)" \
	'a session that stands still keeps no other database from its samples'
kill -CONT "$backend"

# processes that are killed
pkill -KILL -P "$fleet"
result "$(until_samples sound.db; echo $?)" 'processes that are killed come back'
samples=$(postgresql plain <<<'select max(sample_id) from dbcare.sample')
until_true plain "select max(sample_id) > $samples + 1 from dbcare.sample"
is "$(postgresql plain <<<"select max(sample_id) > $samples + 1 from dbcare.sample")" t '... also for a server'

# another process with the same file
like "$(run run)" "another process looks after the databases of dbcare.toml: $fleet.*kill -HUP $fleet.*exit 2" \
	'a second process says which one has the file'

# the file is read again
cp "$file" "$work/good.toml"
echo 'more = ' >>"$file"
kill -HUP "$fleet"
says 'dbcare.toml:[0-9]+: the database is not a string in quotes: more' 'a file that is wrong is refused'
says 'as it was read before stays in use' '... and the one before stays in use'
result "$(until_samples sound.db; echo $?)" '... with its samples'
sqlite3 "$work/more.db" 'create table t (id integer primary key)'
{ grep -v '^nobody' "$work/good.toml"; echo 'more = "more.db"'; } >"$work/new.toml"
chmod 600 "$work/new.toml"
mv "$work/new.toml" "$file"
kill -HUP "$fleet"
says 'dbcare.toml was read again' 'a file that is right is read again'
result "$(until_samples more.db; echo $?)" '... and a database that is new in it gets samples'
like "$(run run)" "another process looks after .*: $fleet" '... and the new file is locked'
is "$(grep -c 'up again' "$said")" 2 'databases that stay are not told anew'

children=$(pgrep -P "$fleet" | paste -sd ' ')
stop
is "$code" 0 'SIGTERM ends it'
is "$(for pid in $children; do [ ! -d "/proc/$pid" ] || echo "$pid"; done)" '' '... and its processes'
[[ $(cat "$said") != *secret* ]] || result 1 'no password is printed' "$(cat "$said")"
begin
stop -INT
is "$code" 0 'SIGINT ends it, too, and the file is free again'

# monitoring that was stopped stays off
"${sqlite_shell[@]}" "$work/sound.db" <<<'select dbmonitor_stop();' >/dev/null
postgresql ext <<<'select dbmonitor_stop()' >/dev/null
stopped=$("${sqlite_shell[@]}" "$work/sound.db" <<<"select dbmonitor_status() ->> 'samples';")
begin
result "$(until_samples worse.db; echo $?)" 'samples while two databases are not monitored'
stop
is "$("${sqlite_shell[@]}" "$work/sound.db" <<<"select dbmonitor_status() ->> 'samples', dbmonitor_status() ->> 'enabled';")" "$stopped 0" \
	'monitoring that was stopped stays off [SQLite]'
is "$(postgresql ext <<<"select dbmonitor_status() ->> 'enabled'")" false '... [PG]'

# ---- alerts and schedules ----

# two days without a sample
"${sqlite_shell[@]}" "$work/sound.db" <<<"select dbmonitor_start(1, '{\"thread\": false}');" >/dev/null
sqlite3 "$work/sound.db-samples" "update dbcare_sample set taken_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-2 days');
	update dbcare_monitor set changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-2 days')"
now=$(date -u +%H:%M)
"${sqlite_shell[@]}" "$work/worse.db" <<<"select dbbackup_schedule('$now', '{\"directory\": \"$work/none/backups\"}');" >/dev/null
# no sample clears it: monitoring is off there
postgresql ext <<-END
	insert into dbcare.alert (alert_id, alert, severity, message, pending_at, raised_at, last_at)
		values (77, 'storage', 'warning', 'the disk is full', now(), now(), now());
END
begin --json
says '"database": "sound", "event": "alert_raised", "message": "critical alert connection_failure raised: ' 'an alert is told [SQLite]'
says '"database": "sound", "event": "alert_cleared", "message": "critical alert connection_failure cleared: ' '... and its end'
says '"database": "ext", "event": "alert_raised", "message": "warning alert storage raised: the disk is full"' 'an alert is told [PG]'
postgresql ext <<<'delete from dbcare.alert' >/dev/null
says '"database": "ext", "event": "alert_cleared"' '... and its end'
says '"database": "worse", "event": "schedule_failed", "message": "dbbackup_schedule failed at dbbackup_create: directory ' \
	'a schedule that fails is told [SQLite]'
postgresql ext <<-END
	insert into dbcare.event (event_id, at, who, function_name, arguments, outcome, duration_ms)
		values (nextval('dbcare.event_event_id_seq'), now(), 'dbcare', 'dbbackup_schedule',
			'{"step": "dbbackup_create", "error": "the disk is full"}', 'failed', 0);
END
says '"database": "ext", "event": "schedule_failed", "message": "dbbackup_schedule failed at dbbackup_create: the disk is full"' \
	'... [PG]'
is "$(grep '^{' "$said" | python3 -c 'import json, sys
for line in sys.stdin: json.loads(line)
print("read")')" read 'each line is JSON'
stop

# a backup that is due is made
"${sqlite_shell[@]}" "$work/later.db" <<<"select dbbackup_schedule('$(date -u +%H:%M)', '{\"directory\": \"$work/backups\"}');" >/dev/null
begin
until=$((SECONDS + ${PATIENCE:-60}))
until backups=$(run --db later.db list-backups --directory "$work/backups" --json) && [[ $backups == *'"name": "'* ]] || [ $SECONDS -ge $until ]; do
	sleep 0.05
done
like "$backups" '"name": "' 'a backup that is due is made'
stop

# ---- systemd ----

told=$work/told
python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True: print(s.recv(1000).decode().replace("\n", " "), flush=True)' "$work/notify" >"$told" 2>&1 &
manager=$!
until [ -s "$told" ]; do sleep 0.02; done
printf 'interval_seconds = 60\n[databases]\nsound = "sound.db"\n' >"$file"
# until_told PATTERN: waits until the manager was told, for a minute at most.
until_told()
{
	local until=$((SECONDS + ${PATIENCE:-60}))

	until grep -qE "$1" "$told" || [ $SECONDS -ge $until ]; do sleep 0.02; done
}
(cd "$work" && NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=400000 exec "$dbcare" run --quiet >"$said" 2>&1) &
fleet=$!
until_told '^WATCHDOG=1$'
kill -HUP "$fleet"
until_told '^RELOADING=1 '
stop
is "$code" 0 'a service ends'
until_told '^STOPPING=1$'
kill "$manager"
wait "$manager" 2>/dev/null || true
is "$(sed -E 's/MONOTONIC_USEC=[0-9]+/MONOTONIC_USEC=N/' "$told" | sed 1d | grep -v WATCHDOG | paste -sd '|')" \
	'READY=1|RELOADING=1 MONOTONIC_USEC=N|READY=1|STOPPING=1' 'the manager is told the states'
like "$(cat "$told")" 'WATCHDOG=1' '... and that the process is alive'

finish
