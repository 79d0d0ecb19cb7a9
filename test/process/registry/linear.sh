#!/bin/bash
# What functions that walk rows do for four times as many rows: about four times as much,
# whatever the clock says.  On PostgreSQL the rows are counted that all statements read, join
# and throw away, in a database without statistics of what the call itself writes; on SQLite
# the instructions of the process, by valgrind.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/bench/large_calls.sh
. test/bench/large_calls.sh

few=500
many=2000
# a fixed part makes it less than four; sorts and maps of keys more
most=6
large_files=$tmp/files
mkdir -m 777 "$large_files"

# ---- databases ----

# The SQL that makes n rows of a kind, in a session without statistics.
make_postgres()
{
	postgresql_new "$1"
	"large_$2" | "${psql_shell[@]}" -d "$1" >"$tmp/made"
}

make_sqlite()
{
	"large_$2" | "${sqlite_shell[@]}" "$tmp/$1.db" >"$tmp/made"
}

# ---- counting ----

# count_postgres DATABASE SQL: rows
count_postgres()
{
	{
		echo "load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on;
			set auto_explain.log_timing = off; set auto_explain.log_nested_statements = on;
			set auto_explain.log_format = json; set client_min_messages = log;"
		echo "$2"
	} | psql -qAtX -v ON_ERROR_STOP=1 -v SHOW_CONTEXT=never -d "$1" >"$tmp/plans" 2>&1 || {
		grep -A 5 ERROR "$tmp/plans"
		return
	}
	count_rows <"$tmp/plans"
}

# The rows of all plans.
count_rows()
{
	awk -F ': ' '
		/"Actual Rows": / { rows = $2 + 0 }
		/"Actual Loops": / { loops = $2 + 0; count += rows * loops }
		/"Rows Removed by .*": / { count += $2 * loops }
		END { print count + 0 }'
}

# count_sqlite DATABASE SQL: instructions
count_sqlite()
{
	valgrind -q --tool=cachegrind --cache-sim=no --cachegrind-out-file="$tmp/counts" \
		"${sqlite_shell[@]}" "$tmp/$1.db" "$2" >"$tmp/answer" 2>&1 || {
		cat "$tmp/answer"
		return
	}
	awk '/^summary:/ { print $2 }' "$tmp/counts"
}

# counts NAME KIND SQL: in *fewer and *more; those of SQLite without a start of the shell
counts()
{
	local n

	for n in $few $many; do
		db=${engine}_${made}_$n
		"make_$engine" "$db" "$2"
		"count_$engine" "$db" "$3"
	done
}

# large NAME KIND SQL
large()
{
	[[ $1 =~ ${LARGE_ONLY-} ]] || return 0
	names+=("$1")
	kinds+=("$2")
	statements+=("$3")
}

names=() kinds=() statements=()
large_calls
start_server server "shared_preload_libraries=''" autovacuum=off jit=off
postgresql postgres <<<"load 'dbcare'; alter system set dbcare.backup_roots = '$large_files'; select pg_reload_conf();" >"$tmp/set"
made=0
for i in $(sample 2 "${!names[@]}"); do
	for engine in postgres sqlite; do
		if [ $engine = sqlite ] && ! command -v valgrind >"$tmp/found"; then
			skip "sqlite: ${names[i]}" 'valgrind is not installed'
			continue
		fi
		made=$((made + 1))
		call='select '
		[ $engine = sqlite ] || call='call '
		readarray -t counted < <(counts "${names[i]}" "${kinds[i]}" "${statements[i]/@/$call}")
		status=0
		awk -v few="${counted[0]-}" -v many="${counted[1]-}" -v most=$most \
			'BEGIN { exit !(few + 0 > 0 && many + 0 > 0 && many <= most * few) }' || status=1
		result $status "$engine: ${names[i]} does about four times as much for four times the rows" "$(printf '%s\n' "${counted[@]}")"
		echo "# ${counted[*]:0:2}"
	done
done

# a plan that is made for the first rows of a table, and kept while it grows
counted=()
for n in 1000 8000; do
	make_postgres grown_$n trash
	postgresql grown_$n <<<'vacuum analyze'
	counted+=("$(count_postgres grown_$n 'select dbarchive_restore_batch(1) is null;')")
done
status=0
[ "${counted[0]}" -gt 0 ] && [ "${counted[1]}" -lt $((10 * counted[0])) ] || status=1
result $status 'postgres: a table that grows while rows are restored is not read again and again' "${counted[*]}"
# over the wire, where a repair is taken back by SQL
counted=()
for n in $few $many; do
	psql -qd postgres -c "create database wire_$n" -c "alter database wire_$n set session_preload_libraries = 'auto_explain'"
	for setting in log_min_duration=0 log_analyze=on log_timing=off log_nested_statements=on log_format=json; do
		psql -qd postgres -c "alter database wire_$n set auto_explain.${setting/=/ = }"
	done
	psql -qd "wire_$n" -c 'create table parent (id integer primary key)' -c 'create table child (id integer primary key, up integer, name text)' \
		-c "insert into child select i, i, 'name ' || i from generate_series(1, $n) as i" \
		-c 'alter table child add foreign key (up) references parent not valid'
	before=$(wc -c <"$tmp/server/log")
	build/dbcare --yes --db "dbname=wire_$n" repair --orphans quarantine >"$tmp/fixed"
	build/dbcare --yes --db "dbname=wire_$n" undo 1 >"$tmp/undone"
	counted+=("$(tail -c "+$((before + 1))" "$tmp/server/log" | count_rows)")
	is "$(psql -qAtXd "wire_$n" -c 'select count(*) from child')" "$n" "wire: all of $n rows come back"
done
status=0
[ "${counted[0]}" -gt 0 ] && [ "${counted[1]}" -le $((most * counted[0])) ] || status=1
result $status 'wire: the undo of a repair does about four times as much for four times the rows' "of $few and $many: ${counted[*]}"
finish
