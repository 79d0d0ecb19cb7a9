#!/bin/bash
# Every function, with tables of more and more columns: what is added for four times as
# many columns costs about four times the processor time of what was added before.  The
# calls are those of test/calls.def, of a table whose rows are kept and logged, and those of
# test/bench/large_calls.sh of tables that grow in rows there.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=test/bench/large_calls.sh
. test/bench/large_calls.sh

# The third is near the most that PostgreSQL allows.
sizes=(95 380 1520)
n=20 # rows
# quadratic is 16; sorts and maps of names are more than 4, as the engines are themselves
# where they find columns by name or, in row_to_json(), by number
most=12
# milliseconds that tell nothing about growth, as less than three times as much altogether
least=60
large_files=$tmp/files
mkdir -m 777 "$large_files"
base_columns=$large_columns

# ---- databases with tables of $columns more columns, which stay ----

# list FORMAT: a term for each of the columns
list()
{
	seq -f "$1" "$columns" | tr -d '\n'
}

# in place of that of large_calls.sh
large_rows()
{
	echo "insert into $1 (id, name, email, note$(list ', c%.0f')) $(series "$n") $large_values$(list ', %.0f') from s;"
}

# Rows that are kept and logged, one of each kind of change, and what hangs on them.
large_all()
{
	local actor="select dbaudit_actor('bench') is not null;"
	echo "create table item ($large_columns);
		create table line (id integer primary key, item_id integer references item);
		create table document (document $([ "$engine" = sqlite ] && echo text || echo jsonb));
		insert into document values ('{\"id\": 77$(seq -f ', "c%.0f": 1' "$columns" | tr -d '\n')}');"
	large_rows item
	echo "select dbarchive_enable('item', '{\"mode\": \"trash\"}') is not null; select dbaudit_enable('item') is not null;
		select dbarchive_policy('item', '{\"purge_deleted_after_days\": 1}') is not null;
		begin; $actor update item set note = 'changed', c$columns = -1; delete from item where id > 10; commit;
		insert into line values (1, 1); select dbarchive_hold('item', 15, 'case') is not null;"
}

make_postgresql()
{
	postgresql_new "$1"
	"large_$2" | "${psql_shell[@]}" -d "$1"
}

make_sqlite()
{
	"large_$2" | "${sqlite_shell[@]}" "$tmp/$1.db"
}

# ---- measuring ----

# shellcheck disable=SC2016
echo 'echo "$1" "$(cut -d " " -f 1 "/proc/$2/schedstat")"' >"$tmp/used"

# Processor time of a call in a copy of a database, in microseconds.
time_postgresql()
{
	dropdb --if-exists --force copy
	createdb -T "$1" copy
	"${psql_shell[@]}" -d copy 2>&1 <<-END
		load 'dbcare';
		select pg_backend_pid() as pid \\gset
		\\setenv PID :pid
		\\! sh $tmp/used before \$PID
		$2
		\\! sh $tmp/used after \$PID
	END
}

time_sqlite()
{
	rm -rf "$tmp/copy.db"*
	cp "$tmp/$1.db" "$tmp/copy.db"
	"${sqlite_shell[@]}" "$tmp/copy.db" 2>&1 <<-END
		pragma foreign_keys = on;
		.shell sh $tmp/used before \$PPID
		$2
		.shell sh $tmp/used after \$PPID
	END
}

# times KIND SQL: of each size
times()
{
	local columns large_columns

	for columns in "${sizes[@]}"; do
		db=columns_$1_$columns
		large_columns=$base_columns$(list ', c%.0f integer')
		if [ ! -e "$tmp/made.$engine.$db" ]; then
			"make_$engine" "$db" "$1" >"$tmp/made" 2>&1 || cp "$tmp/made" /dev/stderr
			touch "$tmp/made.$engine.$db"
		fi
		"time_$engine" "$db" "$2" >"$tmp/answer" || true
		awk '/^before / { before = $2 } /^after / { printf "%d\n", ($2 - before) / 1000 }' "$tmp/answer"
		grep -E -m 1 'ERROR|dbcare: ' "$tmp/answer" >"$tmp/error.$columns" || true
	done
}

# grown TIME...: whether the three times, and then those of further tries, are too many
grown()
{
	printf '%s\n' "$@" | awk -v most=$most -v least=$least '
		{ i = (NR - 1) % 3; if (NR <= 3 || $1 < time[i]) time[i] = $1 }
		END {
			added = time[2] - time[1]
			exit NR % 3 == 0 && NR && !(added > 1000 * least && added > most * (time[1] - time[0] + time[1] / 10) && time[2] > 3 * time[1])
		}'
}

# ---- what is called ----

# a call that fails is measured too
psql_shell=(psql -qAtX -F ' ')
sqlite_shell=(sqlite3 -batch -list -separator ' ' -cmd '.load ./sqlite_ext/dbcare')

# large NAME KIND SQL
large()
{
	[[ $2 =~ ^(trash|batches|marked|log|sealed|row|plain|listed|all)$ ]] || return 0
	[[ $1 =~ ${LARGE_ONLY-} ]] || return 0
	[ -z "${KINDS-}" ] || [[ $2 =~ $KINDS ]] || return 0
	names+=("$1 ($2)")
	kinds+=("$2")
	statements+=("$3")
}

calls_of_functions()
{
	local name class kind arguments

	while read -r name class kind; do
		case $name in
			dbmigrate_rebuild) arguments="'item', (select replace(sql, 'c1 integer', 'c1 text') from sqlite_schema where name = 'item')" ;;
			dbarchive_restore) arguments="'item', 12" ;;
			dbarchive_release) arguments="'item', 15" ;;
			dbarchive_delete) arguments="'item', 5" ;;
			dbaudit_undo) arguments="null, '{\"actor\": \"bench\", \"since\": \"2000-01-01\"}'" ;;
			dbops_upsert | dbops_insert | dbcheck_row) arguments="'item', (select document from document)" ;;
			*) arguments=$(arguments_of "$name" "$1" item) ;;
		esac
		case $class:$kind in
			PROC:*) large "$name" all "@$name($arguments);" ;;
			*:ROWS) large "$name" all "select count(*) from $name($arguments);" ;;
			*) large "$name" all "select $name($arguments) is null;" ;;
		esac
	done < <(functions_of "$1")
}

start_server server "shared_preload_libraries=''" autovacuum=off jit=off
postgresql postgres <<<"load 'dbcare'; alter system set dbcare.backup_roots = '$large_files'; select pg_reload_conf();" >"$tmp/set"
for engine in ${LARGE_ENGINES:-sqlite postgresql}; do
	names=() kinds=() statements=()
	calls_of_functions $engine
	large_calls
	call='select '
	[ $engine = sqlite ] || call='call '
	for i in $(sample 6 "${!names[@]}"); do
		readarray -t taken < <(times "${kinds[i]}" "${statements[i]/@/$call}")
		# what another process did to the caches
		for try in 1 2; do
			grown "${taken[@]}" || break
			[ $try -gt 2 ] || readarray -t -O "${#taken[@]}" taken < <(times "${kinds[i]}" "${statements[i]/@/$call}")
		done
		status=1
		grown "${taken[@]}" || status=0
		result $status "$engine: ${names[i]} grows with the columns" "${taken[*]} $(cat "$tmp/error.${sizes[2]}")"
		echo "# ${taken[*]} $(cut -c 1-100 "$tmp/error.${sizes[2]}")"
	done
done
finish
