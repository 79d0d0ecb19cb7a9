# shellcheck shell=bash
# Functions shared by the scripts of test/process: TAP results, one interface
# to both shells, private servers, and slow migrations.
#
# "postgresql NAME" and "sqlite NAME" run SQL from standard input on database
# NAME, errors go to standard output, so that a test that holds for both engines
# is one loop:
#
#	for engine in postgresql sqlite; do
#		"${engine}_new" shop
#		is "$("$engine" shop <<<'select dbcare_version();')" 0.1.0 "$engine"
#	done
#
# Everything a script creates is below $tmp and is removed with it.
#
# What is chosen at random depends on $seed alone: the seed of the run, or else one
# that the script prints; with DBCARE_SEED=N the script chooses the same again.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
project=$PWD

export LC_ALL=C.UTF-8 PGCLIENTENCODING=UTF8
export PGOPTIONS='-c client_min_messages=warning'
# results have the members that are declared
export DBCARE_ASSERT=1

tmp=$(mktemp -d)
# servers and other users read files there
chmod 755 "$tmp"
servers=
number=0
failed=0
seed=${DBCARE_SEED:-$SRANDOM}
# not the same numbers as in another script beside this one
RANDOM=$((seed + $(cksum <<<"${0##*test/}" | cut -d ' ' -f 1)))
echo "# DBCARE_SEED=$seed"
# shellcheck source=test/sample.sh
. test/sample.sh
# shellcheck source=test/ends.sh
. test/ends.sh

psql_shell=(psql -qAtX -F ' ' -v ON_ERROR_STOP=1)
sqlite_shell=(sqlite3 -batch -bail -list -separator ' '
	-cmd '.load ./sqlite_ext/dbcare')

# Ends the processes of the script and removes its files.
clean_up()
{
	local job server

	for job in $(jobs -p); do
		kill "$job" 2>/dev/null || true
	done
	# nobody starts them again
	for server in $servers; do
		test/pg_server.sh stop "$server" immediate || true
	done
	rm -rf "$tmp"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# ---- results ----

# result STATUS NAME [WHY]: one test, passed if STATUS is 0.
result()
{
	local i

	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
		return
	fi
	failed=1
	echo "not ok $number - $2"
	# the lines of the script that led here, not those of this file
	for i in "${!BASH_LINENO[@]}"; do
		[[ ${BASH_SOURCE[i + 1]-lib.sh} == *lib.sh ]] ||
			echo "# ${BASH_SOURCE[i + 1]}:${BASH_LINENO[i]}"
	done
	[ -z "${3-}" ] || awk '{ print "# " $0 }' <<<"$3"
}

# is GOT EXPECTED NAME: passed if both texts are equal.
is()
{
	if [ "$1" = "$2" ]; then
		result 0 "$3"
	else
		result 1 "$3" "$(diff -u --label expected --label got <(echo "$2") <(echo "$1"))"
	fi
}

# like GOT PATTERN NAME: passed if the text matches the regular expression.
like()
{
	local status=0

	[[ $1 =~ $2 ]] || status=1
	result "$status" "$3" "$(printf 'wanted: %s\ngot: %s' "$2" "$1")"
}

# skip NAME WHY: a test that cannot run here.
skip()
{
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# Ends the script: prints the plan.
finish()
{
	echo "1..$number"
	exit "$failed"
}

# ---- PostgreSQL ----

# start_server NAME [SETTING=VALUE ...]: a server below $tmp, from now on the
# one that psql connects to.
start_server()
{
	local dir=$tmp/$1

	shift
	# nothing here cuts the power
	test/pg_server.sh start "$dir" fsync=off "$@"
	servers+=" $dir"
	# shellcheck source=/dev/null
	. "$dir/env"
}

# as_server COMMAND ...: as the system user of the servers.
as_server()
{
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=postgres --regid=postgres --init-groups "$@"
	else
		"$@"
	fi
}

# enable_checksums NAME: for the pages of a server; from 18 on it has them.
enable_checksums()
{
	test/pg_server.sh stop "$tmp/$1"
	(cd "$tmp/$1" && as_server pg_checksums --enable --no-sync -D data >"$tmp/checksums" 2>&1) ||
		grep -q 'already enabled' "$tmp/checksums"
	test/pg_server.sh start "$tmp/$1"
}

# Runs SQL on a PostgreSQL database.
postgresql()
{
	"${psql_shell[@]}" -d "$1" 2>&1
}

# Makes a database with the extension.
postgresql_new()
{
	"${psql_shell[@]}" -d postgres -c "create database $1"
	"${psql_shell[@]}" -d "$1" -c 'create extension dbcare'
}

# until_true DATABASE SQL: waits until a query gives t, for a minute at most.  One
# session asks again and again; where it ends, as with a server that restarts, another.
until_true()
(
	until=$((SECONDS + 60))
	fifo=$(mktemp -u "$tmp/until.XXXXXX")
	mkfifo "$fifo.in" "$fifo.out"
	# the session may end while it is asked
	trap '' PIPE
	while [ $SECONDS -lt $until ] && [ "${answer-}" != t ]; do
		sleep 0.02
		"${psql_shell[@]}" -d "$1" <"$fifo.in" >"$fifo.out" 2>&1 &
		exec 8>"$fifo.in" 9<"$fifo.out"
		while printf '%s;\n\\echo end\n' "$2" >&8 && read_answer && [ "$answer" != t ] && [ $SECONDS -lt $until ]; do
			sleep 0.02
		done 2>/dev/null
		exec 8>&- 9<&-
		wait
	done
	rm "$fifo.in" "$fifo.out"
	[ "${answer-}" = t ] || echo "# never true: $2"
)

# Reads lines of a session until its "end"; the last one before is $answer.
read_answer()
{
	local line

	answer=
	while read -r line <&9; do
		[ "$line" != end ] || return 0
		answer=$line
	done
	return 1
}

# flip FILE OFFSET: changes one byte.  A constant written there is by chance what it was.
flip()
{
	"$project/test/flip.pl" "$@"
}

# await_samples DATABASE: waits until monitoring has taken three more samples, for a
# minute at most.
await_samples()
{
	local count="select dbmonitor_status() ->> 'samples';" until=$((SECONDS + 60)) wanted

	wanted=$(($("$engine" "$1" <<<"$count") + 3))
	until [ "$("$engine" "$1" <<<"$count")" -ge "$wanted" ] || [ $SECONDS -ge $until ]; do
		sleep 0.05
	done
}

# hold NAME DATABASE SQL: a session that runs SQL and then stays in its
# transaction until release NAME.
hold()
{
	rm -f "$tmp/$1.out"
	mkfifo "$tmp/$1.fifo"
	PGAPPNAME=$1 "${psql_shell[@]}" -d "$2" <"$tmp/$1.fifo" >"$tmp/$1.out" 2>&1 &
	exec {fd}>"$tmp/$1.fifo"
	eval "holder_$1=\$fd"
	# pg_stat_activity does not show it: the session is idle after begin, too
	printf '%s\n' "begin; $3" '\echo held' >&"$fd"
	until grep -qsx held "$tmp/$1.out" || ! kill -0 $!; do sleep 0.02; done
}
release()
{
	local fd

	eval "fd=\$holder_$1"
	# processes that were started since have the pipe open, too; one line is written at
	# once, and a session whose server has ended reads no other one
	echo 'commit; \q' >&"$fd"
	exec {fd}>&-
	rm "$tmp/$1.fifo"
}

# ---- SQLite ----

# Runs SQL on a SQLite file.
sqlite()
{
	"${sqlite_shell[@]}" "$tmp/$1.db" 2>&1
}

# Makes an empty file, in place of an old one.
sqlite_new()
{
	rm -f "$tmp/$1.db"*
	: >"$tmp/$1.db"
}

# ---- the command ----

# at ENGINE NAME: what --db has to be for a database.
at()
{
	if [ "$1" = sqlite ]; then
		echo "$tmp/$2.db"
	else
		echo "dbname=$2"
	fi
}

# newest_backup DIRECTORY COLUMN: a text of the newest backup there, if it has one.
newest_backup()
{
	local lines

	mapfile -t lines < <("${dbcare:-build/dbcare}" list-backups --directory "$1" --json 2>/dev/null)
	# the last line closes the array
	[[ ${lines[*]: -2:1} != *"\"$2\": \""* ]] || sed -E "s/.*\"$2\": \"([^\"]*)\".*/\1/" <<<"${lines[*]: -2:1}"
}

# ---- every function ----

# "name class result" for the functions of api.def that an engine has, but for
# dbsync_compare: without a file it always fails, see test/process/sync.
functions_of()
{
	local engine

	engine=$(tr '[:lower:]' '[:upper:]' <<<"$1")
	sed -nE "s/^DBC_FUNCTION\((\w+), (\w+), (\w+), (BOTH|$engine), .*/\1 \2 \3/p" \
		common/core/api.def | grep -v '^dbsync_compare '
}

# The functions that scripts call which call all of them again and again.
tried_functions_of()
{
	functions_of "$1" | one_of 6
}

# only_tried ENGINE: of the lines of standard input those that begin with the name of
# such a function.
only_tried()
{
	awk -v names="$(tried_functions_of "$1" | sed 's/ .*//' | paste -sd ' ')" '
		BEGIN { n = split(names, list); for (i = 1; i <= n; i++) tried[list[i]] }
		$1 in tried'
}

# arguments_of NAME ENGINE [TABLE]: the arguments of a function in test/calls.def.  Reports of
# health would each run every check, as dbhealth_checks does: they get one category, but
# for make soak.
arguments_of()
{
	local table=${3:-pg_catalog.pg_description} # of every database, without a null

	[ -n "${DBCARE_WHOLE-}" ] || case $1 in
		dbhealth_report | dbhealth_score | dbhealth_score_explain | dbhealth_status | dbhealth_metrics | \
			dbhealth_html | dbhealth_text)
			sampled_category "$1"
			return
			;;
	esac
	[ "$2" = postgresql ] || table=${3:-parent}
	sed -nE "s/^CALL\($1, \"(.*)\"\)$/\1/p" test/calls.def |
		sed "s/\" TABLE \"/$table/g; s/\" ENGINE \"/$2/g; "'s/\\"/"/g'
}

# sampled_category FUNCTION: options with a category of health checks, chosen by the seed.
sampled_category()
{
	local categories=(integrity constraints performance storage security configuration)

	printf "'{\"categories\": [\"%s\"]}'" "${categories[(seed + ${#1}) % ${#categories[@]}]}"
}

# READ functions that read_all leaves out: statement statistics are off, calls
# that change nothing leave events, and no table is logged.
not_read='^(dbmonitor_((slow_)?queries|slow_log)|dbcare_events|dbaudit_(history|(table_)?as_of))$'

# count_read ENGINE: how many functions read_all calls.
count_read()
{
	tried_functions_of "$1" | awk -v not_read="$not_read" '$2 == "READ" && $1 !~ not_read' | wc -l
}

# read_all ENGINE [SCHEMA.]: SQL that calls every READ function without the columns
# that change between calls; masked() hides the other changing values.
read_all()
{
	local name class kind columns answers

	tried_functions_of "$1" | while read -r name class kind; do
		[ "$class" = READ ] || continue
		[[ ! $name =~ $not_read ]] || continue
		columns='*'
		[ "$name" != dbhealth_checks ] || columns='check_id, severity, object, fix_sql'
		[ "$name" != dbhealth_tables ] || columns='table_name, row_estimate, total_bytes, index_count'
		[ "$name" != dbhealth_size ] || columns='part'
		# the calling session is counted
		answers=
		[ "$name" != dbhealth_connections ] || columns=1
		[[ ! $name =~ _(statistics|metrics|html)$ ]] || answers=' is not null'
		[ "$name" != dbmigrate_history ] || columns='event, version, name, actor, role_name, application, error, checksum'
		[ "$1" = postgresql ] && printf '\\echo -- ' || printf '.print -- '
		printf '%s\nselect ' "$name"
		[ "$kind" != ROWS ] || printf '%s from ' "$columns"
		printf '%s%s(%s)%s;\n' "${2-}" "$name" "$(arguments_of "$name" "$1")" "$answers"
	done
}

# Replaces times and changing figures, and removes the page of dbhealth_html(),
# which has many of them.
masked()
{
	sed -E \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+([+Z][0-9]*)?/TIME/g' \
		-e 's/"(duration_ms|latency_ms|size_bytes|value)": ?[0-9.]+/"\1": N/g' \
		-e 's/: [0-9.]+ % of the disk is used, [0-9]+ bytes/: N % of the disk is used, N bytes/' \
		-e 's/"hash": ?"[0-9a-f]{64}"/"hash": ""/g' \
		-e 's/"message": "([^"\\]|\\.)*"/"message": ""/g' \
		-e 's/^(db[a-z_]+\{.*\}) [0-9.e+-]+$/\1 N/' \
		-e 's/^(  Health: .*), [0-9.]+ [kMG]B, /\1, SIZE, /' \
		-e '/^<!DOCTYPE html>/,/<\/html>$/d'
}

# The database for tests that compare the results of READ functions: one migration
# applied, one pending, a setting, a mirrored ledger, and findings of the health
# checks.
# shellcheck disable=SC2034
filled_sql="
	create table parent (id integer primary key);
	create table child (id integer primary key, parent_id integer references parent (id));
	select dbmigrate_add('1', 'first', 'create table one (id integer primary key)',
	    'drop table one', '{\"verify_sql\": \"select count(*) = 0 from one\"}');
	select dbmigrate_apply();
	create table schema_migrations (version varchar(128) primary key);
	select dbmigrate_adopt('{\"keep_old\": true}');
	select dbmigrate_add('2', 'second', 'create table two (id integer primary key)');
	select dbcare_set('slow_query_ms', 7);"

# postgresql_reads DATABASE [SQL]: the results of every READ function after SQL in
# the same session, without the member read_only.
postgresql_reads()
{
	{
		echo "${2-}"
		read_all postgresql
	} | psql -qAtX -F ' ' -v SHOW_CONTEXT=never -d "$1" 2>&1 | masked |
		sed -e 's/"read_only": true/"read_only": false/' -e '/^dbcare_progress/d'
}

# outcomes CLASS DATABASE [SQL]: "function SQLSTATE message" for a call of each
# function of a class in PostgreSQL, after SQL in the same session.  PROC
# counts as WRITE.
outcomes()
{
	local name class call

	{
		echo "${3-}"
		tried_functions_of postgresql | while read -r name class _; do
			call='select count(*) from'
			[ "$class" != PROC ] || call=call
			[ "${class/PROC/WRITE}" = "$1" ] || continue
			printf '%s %s(%s);\n\\echo %s :SQLSTATE :LAST_ERROR_MESSAGE\n' \
				"$call" "$name" "$(arguments_of "$name" postgresql)" "$name"
		done
	} | psql -qAtX -d "$2" -o /dev/null 2>"$tmp/errors" | sed 's/ 00000 .*/ 00000/'
}

# each_of CLASS ENGINE TEXT: the output of outcomes if every call has this result.
each_of()
{
	tried_functions_of "$2" | awk -v class="$1" -v text="$3" \
		'$2 == class || ($2 == "PROC" && class == "WRITE") { print $1, text }'
}

# ---- slow migrations ----

# step_up N ROWS: the script of a migration on both engines; it records its run in
# run_log.
step_up()
{
	cat <<-END
		create table step_$1 (id integer primary key, word text);
		insert into step_$1 with recursive c(n) as
		    (select 1 union all select n + 1 from c where n < $2)
		    select n, 'word ' || n from c;
		insert into run_log values ($1);
	END
}

# step_down N: the script that undoes it, which deletes rows first.
step_down()
{
	cat <<-END
		delete from step_$1 where id % 2 = 0;
		drop table step_$1;
		delete from run_log where step = $1;
	END
}

# add_steps N ROWS: the calls that register N migrations.
add_steps()
{
	local i

	for ((i = 1; i <= $1; i++)); do
		printf "select dbmigrate_add('%03d', 'step', '%s', '%s');\n" "$i" \
			"$(step_up $i "$2" | sed "s/'/''/g")" "$(step_down $i)"
	done
}

# The state of run_log, schema and migrations as text.
# shellcheck disable=SC2034
state_sql="
	select dbmigrate_fingerprint();
	select version, state, checksum from dbmigrate_status() order by version;
	select 'ran', step, count(*) from run_log group by step order by step;
	select 'applied', count(*) from dbmigrate_status() where applied_at is not null;
	select 'logged', sum(case event when 'apply' then 1 when 'rollback' then -1
	    else 0 end) from dbmigrate_history();
	select * from dbmigrate_verify();"

# Milliseconds since some moment.
milliseconds()
{
	echo $((${EPOCHREALTIME/[.,]/} / 1000))
}

# await_flock FILE COUNT: waits until so many processes wait for the lock on a file.
await_flock()
{
	local waiting

	waiting="-> FLOCK .*:$(stat -c %i "$1") "
	until [ "$(grep -c -e "$waiting" /proc/locks)" -ge "$2" ]; do
		sleep 0.02
	done
}

# Sleeps for some seconds, without a process: nothing is written into this pipe.  The
# loops that wait sleep ten thousand times in a run of all tests.
exec {never_written}<> <(:)
sleep()
{
	read -rt "$1" <&"$never_written" || true
}

# Sleeps for some milliseconds.
sleep_ms()
{
	sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
}
