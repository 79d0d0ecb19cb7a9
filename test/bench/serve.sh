#!/bin/bash
# dbcare serve with many tables and many databases: processor time of the process that talks to
# clients, for each answer, as the number of tables or databases grows tenfold.  The limit is twelve
# times as much, or 20 ms.
#
# usage: test/bench/serve.sh [TABLES [DATABASES]]
#
# TABLES: of one database (default: 1000); DATABASES: files of SQLite (default: 500).
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../lib.sh"

tables=${1-1000}
databases=${2-500}
work=$tmp/work
mkdir "$work"

# begin: a server of $work/dbcare.toml: $server, $port.
begin()
{
	: >"$work/said"
	chmod 600 "$work/dbcare.toml"
	build/dbcare serve --config "$work/dbcare.toml" --listen 127.0.0.1:0 >"$work/said" 2>&1 </dev/null &
	server=$!
	until grep -q 'until this command is interrupted' "$work/said"; do sleep 0.02; done
	port=$(sed -nE 's#.*://127.0.0.1:([0-9]+)/ .*#\1#p' "$work/said")
}

# answer PATH: one answer, in $work/answer.
answer() { curl -sS --max-time 60 -o "$work/answer" "http://127.0.0.1:$port$1"; }

# microseconds PATH [COUNT]: processor time of the server for an answer, the mean of COUNT.
microseconds()
{
	local before after fields i count=${2-20}

	answer "$1"
	read -ra fields <"/proc/$server/schedstat"
	before=${fields[0]}
	for ((i = 0; i < count; i++)); do answer "$1"; done
	read -ra fields <"/proc/$server/schedstat"
	after=${fields[0]}
	echo $(((after - before) / count / 1000))
}

# compare NAME PATH: prints the time with few and with many, and whether it grows too much.
compare()
{
	local few=${few_of[$2]} many=${many_of[$2]} word=

	[ "$many" -le $((few * 12)) ] || [ "$many" -le 20000 ] || word='too much'
	[ -z "$word" ] || failed=1
	printf '%-44s %9d %9d %8d.%d %s\n' "$1" "$few" "$many" $((many / few)) $((many * 10 / few % 10)) "$word"
}

declare -A few_of many_of
for kind in few many; do
	declare -n times="${kind}_of"
	[ $kind = many ] && divisor=1 || divisor=10
	count=$((tables / divisor))
	{
		echo 'begin;'
		for ((i = 0; i < count; i++)); do echo "create table t$i (id integer primary key, a text); create index t${i}_a on t$i (a);"; done
		echo 'commit;'
	} | sqlite3 "$work/$kind.db"
	printf '[databases]\nmain = "%s"\n' "$kind.db" >"$work/dbcare.toml"
	begin
	for path in /db/main /db/main/tables '/db/main/indexes?q=t1' /api/main/schema; do times[$path]=$(microseconds "$path"); done
	kill "$server"
	wait "$server"
	echo '[databases]' >"$work/dbcare.toml"
	for ((i = 0; i < databases / divisor; i++)); do
		[ -e "$work/d$i.db" ] || sqlite3 "$work/d$i.db" 'create table t (id integer primary key)'
		echo "d$i = \"d$i.db\"" >>"$work/dbcare.toml"
	done
	begin
	# until each has answered
	until answer /metrics && [ "$(grep -c '^dbhealth_up.* 1$' "$work/answer")" -eq $((databases / divisor)) ]; do :; done
	until answer / && ! grep -q 'badge unknown' "$work/answer"; do :; done
	for path in / /openapi.json; do times[$path]=$(microseconds "$path"); done
	# which has all databases asked
	times[/metrics]=$(microseconds /metrics 2)
	kill "$server"
	wait "$server"
done
printf '%-44s %9s %9s %10s\n' "microseconds, of $((tables / 10)) and $tables tables" few many growth
compare 'the report' /db/main
compare 'the page of tables' /db/main/tables
compare 'the page of indexes, searched' '/db/main/indexes?q=t1'
compare 'the schema as JSON' /api/main/schema
printf '%-44s %9s %9s %10s\n' "microseconds, of $((databases / 10)) and $databases databases" few many growth
compare 'the page of all databases' /
compare 'the OpenAPI document' /openapi.json
compare 'metrics, and to ask for them' /metrics
exit "$failed"
