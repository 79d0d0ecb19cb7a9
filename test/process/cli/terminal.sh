#!/bin/bash
# The command on a pseudo terminal: tables that fit, colour, questions, hidden
# passwords, a live view, bars, and text of databases that would control the terminal.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir -m 777 "$tmp/backups"
start_server server "dbcare.backup_roots='$tmp/backups'"
dbcare=${DBCARE:-$PWD/build/dbcare}
esc=$'\033'
unset NO_COLOR

# seen COLUMNS [WAIT ANSWER ...] -- ARGUMENT ...: what a terminal shows of the command
# on $db.
seen()
{
	local words=("$1")

	shift
	while [ "$1" != -- ]; do
		words+=("$1")
		shift
	done
	shift
	timeout 90 test/process/cli/on_terminal.py "${words[@]}" -- "$dbcare" --db "$db" "$@"
}

# longest TEXT: columns of its longest line, without colours.
longest()
{
	grep -v '^exit' <<<"$1" | sed "s/$esc\[[0-9;]*[mK]//g; s/.*\r//" | wc -L
}

# lacks TEXT WORD NAME: passed if the word is not in the text.
lacks()
{
	local status=0

	[[ $1 != *"$2"* ]] || status=1
	result "$status" "$3" "$(cat -v <<<"$1")"
}

for engine in postgresql sqlite; do
	"${engine}_new" shop
	db=$(at "$engine" shop)
	"$engine" shop >/dev/null <<-END
		select dbmigrate_add('1', 'first migration of a shop that has a long name', 'create table a (id integer primary key)', 'drop table a');
		select dbmigrate_add('2', 'second', 'create table b (id integer primary key)', 'drop table b');
		select dbmigrate_apply('1');
	END
	out=$(seen 80 -- status)
	is "$(longest "$out")" 80 "$engine: a table fits 80 columns"
	like "$out" $'1 +first migration of a +applied .*\n +shop that has a long\n +name\n' "$engine: a long text takes several lines"
	like "$out" "$esc\[33m2 .*pending" "$engine: a pending migration is yellow"
	out=$(seen 40 -- status)
	status=0
	[ "$(longest "$out")" -le 40 ] || status=1
	result "$status" "$engine: 40 columns are enough"
	like "$out" 'state +applied.*state +pending' "$engine: narrow terminals have a line per column"
	out=$(NO_COLOR=1 seen 80 -- status)
	lacks "$out" "$esc" "$engine: NO_COLOR leaves colours out"
	out=$(LC_ALL=C seen 60 -- status)
	result "$(LC_ALL=C grep -c $'[\x80-\xff]' <<<"$out")" "$engine: a locale without UTF-8 gets ASCII"
	out=$("$dbcare" --db "$db" status)
	like "$out" 'first migration of a shop that has a long name' "$engine: nothing is cut in a pipe"
	lacks "$out" "$esc" "$engine: a pipe gets no colour"

	# ---- questions ----
	like "$(seen 80 'y/N' 'n\n' -- rollback)" 'Nothing was done.*exit 2' "$engine: no is no"
	is "$("$engine" shop <<<'select dbmigrate_version();')" 1 "$engine: and nothing happens"
	like "$(seen 80 'y/N' '\n' -- rollback)" 'Nothing was done.*exit 2' "$engine: an empty line is no"
	like "$(seen 80 'y/N' '\x03' -- rollback)" 'exit 2' "$engine: Ctrl-C at a question ends it"
	is "$("$engine" shop <<<'select dbmigrate_version();')" 1 "$engine: and nothing happens then"
	like "$(seen 80 'y/N' 'y\n' -- rollback)" 'rolled back.*1.*exit 0' "$engine: yes is yes"
	"$engine" shop >/dev/null <<-END
		select dbmigrate_apply();
		create table rated (id integer primary key, stars integer);
		insert into rated values (2, 3);
		select dbsync_export('$tmp/backups/rows', '{"tables": ["rated"]}');
		delete from rated;
		insert into rated values (1, 9);
		select dbcheck_rule_add('stars', 'rated', 'stars <= 5', '{"repair_sql": "stars = 5"}');
		select dbcheck_repair('{"rules": ["stars"], "dry_run": false}');
		select dbcare_set('environment', 'production');
	END
	name=shop
	[ "$engine" = postgresql ] || name=shop.db
	like "$(seen 80 'Type its name' 'other\n' -- rollback)" 'exit 2' "$engine: production wants the right name"
	like "$(seen 80 'Type its name' "$name\\n" -- rollback)" 'rolled back.*exit 0' "$engine: the name is typed"
	# functions without the option confirm: the command compares the name
	for verb in 'undo 1' "import $tmp/backups/rows"; do
		# two words
		# shellcheck disable=SC2086
		like "$(seen 80 'Type its name' 'other\n' -- $verb)" 'not the name of this database.*exit 2' \
			"$engine: ${verb%% *} in production wants the right name"
		# shellcheck disable=SC2086
		like "$(seen 80 'Type its name' "$name\\n" -- $verb)" '1 row .*exit 0' "$engine: ${verb%% *} with the name typed"
	done
	is "$("$engine" shop <<<'select id, stars from rated;')" $'1 9\n2 3' "$engine: both are done"
	rm "$tmp/backups/rows"
	"$engine" shop >/dev/null <<<"select dbcare_set('environment', 'development');"

	# ---- the live view ----
	[ "$engine" = sqlite ] || psql -qd shop -c 'create extension pg_stat_statements'
	out=$(seen 90 Statements 'resize:60x30' '' 'run:sleep 0.3' '' q -- monitor top)
	like "$out" 'Alerts.*Connections.*Sizes.*Statements.*exit 0' "$engine: monitor top shows all parts; q ends it, also after a resize"
	lacks "$out" 'terminal changed' "$engine: the terminal is as before"
	[ "$engine" = sqlite ] || like "$out" 'calls.*mean_ms.*total_ms.*query' "$engine: with statistics of statements"
	for signal in INT TERM HUP QUIT; do
		out=$(seen 90 Statements "signal:$signal" -- monitor top)
		like "$out" 'exit 0' "$engine: SIG$signal ends monitor top"
		lacks "$out" 'terminal changed' "$engine: and restores the terminal"
	done
	# a key draws again: the view waits for a server that does not answer, or a lock
	pid='$(psql -qAtd shop -c "select pid from pg_stat_activity where application_name = '"'dbcare'"'")'
	stop="pid=$pid; echo \$pid >'$tmp/stopped'; kill -STOP \$pid $(head -n 1 "$tmp/server/data/postmaster.pid")"
	[ "$engine" = postgresql ] || stop="(echo 'begin exclusive;'; sleep 2) | sqlite3 '$tmp/shop.db' >'$tmp/locked' & sleep 0.5"
	out=$(seen 90 Statements "run:$stop" '' x '' 'run:sleep 0.5' '' signal:INT '' 'run:sleep 0.3' '' signal:INT -- monitor top)
	[ "$engine" = sqlite ] || kill -CONT "$(cat "$tmp/stopped")" "$(head -n 1 "$tmp/server/data/postmaster.pid")"
	# the first one ends the wait for a lock of SQLite, and the view if it is drawn before
	# the second one
	code=2
	[ "$engine" = postgresql ] || code='[02]'
	like "$out" "exit $code" "$engine: a second Ctrl-C ends it at once"
	lacks "$out" 'terminal changed' "$engine: and restores the terminal, too"
	# Ctrl-Z, and back
	shell='set -m; "$0" --db "$1" monitor top; echo STOPPED; stty -a | tr " " "\n" | grep -x icanon; read -r; fg'
	out=$(timeout 90 test/process/cli/on_terminal.py 90 Statements '\x1a' icanon '\n' Statements q -- \
		bash -c "$shell" "$dbcare" "$db")
	like "$out" 'STOPPED.*icanon.*Statements.*exit 0' "$engine: Ctrl-Z stops it, and it goes on"
	lacks "$out" 'terminal changed' "$engine: the terminal is as before then"

	# ---- hostile text ----
	"$engine" shop >/dev/null <<-END
		create table evil (id integer primary key, name text);
		select dbmigrate_add('9', 'evil $esc]0;owned${esc}\\ $(printf '\302\233')31m name $(printf '\342\200\256')gnp', 'create table c (id integer primary key)');
	END
	for format in --quiet --csv --json; do
		out=$(NO_COLOR=1 seen 400 -- status $format)
		lacks "$out" "$esc" "$engine: no escape sequence of a name reaches the terminal, $format"
		lacks "$out" $'\302\233' "$engine: nor the control characters beyond ASCII, $format"
	done
	like "$(seen 400 -- status)" 'evil \\x1b\]0;owned.*\\x9b31m name \\u202egnp' "$engine: they are shown as what they are"

	# ---- a bar ----
	"$engine" shop >/dev/null <<-END
		create table big (id integer primary key, v text);
		insert into big with recursive c(n) as (select 1 union all select n + 1 from c where n < 4000) select n, 'x' from c;
	END
	out=$(seen 80 -- backfill slowly "update big set v = 'y' where v = 'x'" -o pause_ms=100 -o batch_ms=5)
	like "$out" '\[#* *\] +[0-9]+ %' "$engine: a long call shows a bar"
	out=$(seen 40 -- backfill 'slowly, and with a name' "update big set v = 'x' where v = 'y'" -o pause_ms=100 -o batch_ms=5)
	like "$out" '\[#* *\] +[0-9]+ %' "$engine: also in 40 columns"
	status=0
	[ "$(tr '\r' '\n' <<<"$out" | sed "s/$esc\[[0-9;]*[mK]//g" | wc -L)" -le 40 ] || status=1
	result "$status" "$engine: the bar fits them"
	out=$("$dbcare" --db "$db" backfill again "update big set v = 'z' where v = 'x'" -o pause_ms=50 -o batch_ms=5 2>&1)
	lacks "$out" '%' "$engine: no bar in a pipe"
done

db=$(at postgresql shop)
out=$(seen 90 Statements "run:psql -qAtd shop -c 'select pg_terminate_backend(pid) from pg_stat_activity where application_name = \$\$dbcare\$\$'" \
	'' x -- monitor top)
like "$out" 'dbcare: .*(terminating connection|closed the connection).*exit 2' 'a lost server ends monitor top, and is said'
lacks "$out" 'terminal changed' 'and the terminal is restored'

# ---- a file name ----
db=$tmp/e$esc[31mvil$'\342\200\256'.db
"${sqlite_shell[@]}" "$db" "select dbmigrate_add('1', 'a', 'create table a (id integer)', 'drop table a'); select dbmigrate_apply();" >/dev/null
out=$(seen 200 'y/N' 'n\n' -- rollback)
like "$out" 'e\\x1b\[31mvil\\u202e.db\? \[y/N\]' 'a question shows what a file name is'
lacks "$out" "$esc" 'and sends no escape sequence of it'

# ---- setup ----
psql -qd postgres -c 'create database fresh'
mkdir "$tmp/home"
out=$(cd "$tmp/home" && env -u PGHOST -u PGPORT -u PGUSER timeout 90 "$OLDPWD/test/process/cli/on_terminal.py" 100 \
	'[app.db]' 'first.db\n' '.env?' 'y\n' 'Environment' 'testing\n' 'db/migrations?' 'y\n' -- "$dbcare" setup)
like "$out" 'connection +ok.*Health: .*dbcare new NAME.*exit 0' 'setup asks, and ends with a report'
is "$(cat "$tmp/home/.env")" 'DATABASE_URL="sqlite:first.db"' 'it remembers the database'
is "$(cd "$tmp/home" && "$dbcare" settings environment)" testing 'the answer was stored'
result "$([ -d "$tmp/home/db/migrations" ] && echo 0 || echo 1)" 'the folder was made'
is "$(cd "$tmp/home" && "$dbcare" setup --quick --pack tenancy >"$tmp/out" && "$dbcare" validate tenancy; echo $?)" \
	$'no differences\n0' 'a pack is made where it is asked for'
out=$(cd "$tmp/home" && timeout 90 "$OLDPWD/test/process/cli/on_terminal.py" 100 \
	'extension dbcare?' 'y\n' 'Environment' '\n' 'monitoring?' 'y\n' 'daily backup' 'noon\n' -- \
	"$dbcare" --db dbname=fresh setup)
like "$out" 'extension +warning.*Create the extension.*noon.*no daily backup yet.*Health: .*exit 0' \
	'setup creates the extension, and goes on where a step can wait'
"$dbcare" --db dbname=fresh -q monitor stop
is "$(postgresql fresh <<<"select care.dbcare_get('environment');")" development 'an empty answer is the usual one'
postgresql fresh <<<'create table schema_migrations (version varchar(128) primary key); create table old (id bigint primary key);' >/dev/null
printf -- '-- migrate:up\ncreate table old (id bigint primary key);\n-- migrate:down\ndrop table old;\n' >"$tmp/home/db/migrations/1_old.sql"
postgresql fresh <<<"insert into schema_migrations values ('1');"
out=$(cd "$tmp/home" && timeout 90 "$OLDPWD/test/process/cli/on_terminal.py" 100 \
	'Environment' '\n' 'Adopt the migrations of dbmate' 'y\n' 'monitoring?' 'y\n' 'daily backup' '03:30\n' -- "$dbcare" --db dbname=fresh setup)
like "$out" 'Adopt.*exit 0' 'setup adopts the ledger of another tool'
is "$(postgresql fresh <<<'select at from care.dbbackup_status();')" 03:30 'a daily backup is scheduled'
"$dbcare" --db dbname=fresh -q monitor stop
is "$(postgresql fresh <<<'select version, state from care.dbmigrate_status();')" '1 applied' 'its migrations are applied'

# ---- passwords ----
psql -qd postgres -c "create role guarded login superuser password 'secret'"
sed 's/trust/scram-sha-256/' -i "$tmp/server/data/pg_hba.conf" 2>/dev/null || true
hba=$(psql -qAtd postgres -c 'show hba_file')
cp "$hba" "$tmp/hba"
sed -i "1i local all guarded scram-sha-256" "$hba"
psql -qAtd postgres -c 'select pg_reload_conf()' >/dev/null
until ! psql -qAtwd 'dbname=postgres user=guarded' -c 'select 1' >"$tmp/out" 2>&1; do sleep 0.02; done
db="dbname=shop user=guarded"
out=$(seen 80 'Password:' 'secret\n' -- settings environment)
like "$out" 'development.*exit 0' 'a password is asked for'
lacks "$out" secret 'and not shown'
out=$(seen 80 'Password:' signal:INT '' signal:INT -- settings environment)
like "$out" 'exit 2' 'Ctrl-C twice where a password is asked for'
lacks "$out" 'terminal changed' 'and what is typed is shown again'
like "$(seen 80 'Password:' 'wrong\n' -- settings environment)" 'password[[:space:]]+authentication failed.*user or the password is wrong.*exit 2' 'a wrong one is said'
like "$("$dbcare" --db "$db" settings environment 2>&1 </dev/null)" 'no password supplied.*pgpass' 'without a terminal it is not asked for'
like "$("$dbcare" --db 'postgresql://guarded:secret@localhost/shop' status 2>&1)" 'contains a password' 'a password in --db is refused'

finish
