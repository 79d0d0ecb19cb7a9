# The part of run.sh about large tables: the processor time that each function that walks
# rows needs per row of more and more rows, whether the memory of the session grows with them, and how
# long a call goes on after it was cancelled in the middle.
# shellcheck shell=bash disable=SC2154

# A call may need so much memory per row, in bytes: the engine's own lists of changed
# rows grow, and the rows of a result of SQLite.
large_bytes=${LARGE_BYTES:-64}
# ... and go on so long after it was cancelled, in milliseconds
large_cancel=${LARGE_CANCEL:-1000}

. test/bench/large_calls.sh

# ---- databases, which stay ----

# Sets db to a database of a kind.
large_base()
{
	local kind=$1

	db=$work/$kind.$n.db
	[ "$engine" = sqlite ] || db=${kind}_$n
	[ ! -f "$work/$engine.$kind.$n" ] || return 0
	{
		[ "$engine" = postgres ] || echo 'pragma journal_mode = wal; pragma synchronous = off;'
		"large_$kind"
	} >"$work/script"
	if [ "$engine" = postgres ]; then
		createdb -T bench "$db"
		on_postgres -f "$work/script" >"$work/out"
		on_postgres -c 'vacuum analyze'
	else
		on_sqlite <"$work/script" >"$work/out"
	fi
	touch "$work/$engine.$kind.$n"
}

# Sets db to a copy of it.
large_copy()
{
	# in a subshell, which cannot count
	local copy=large_${EPOCHREALTIME/./}

	if [ "$engine" = postgres ]; then
		createdb -T "$db" "$copy"
		db=$copy
	else
		sqlite3 "$db" "vacuum into '$work/$copy.db'"
		db=$work/$copy.db
	fi
}

# ---- measuring ----

# large_run FIRST SQL [CANCEL_AFTER]: in a database that stays as it is, if FIRST begins a
# transaction, and in a copy, otherwise.
large_run()
(
	case $1 in
		begin* | *' begin;') ;;
		*) large_copy ;;
	esac
	printf '%s\n%s\n' "$1" "$2" | test/bench/large.py "$engine" "$db" ${3:+"$3"} || echo 'failed 0 0 0'
	case $db in
		large_*) dropdb --force "$db" ;;
		*/large_*) rm -f "$db"* ;;
		*) [ "$engine" = sqlite ] || on_postgres -c 'vacuum' ;;
	esac
)

# large NAME KIND SQL: of each size.
large()
{
	[[ $1 =~ ${LARGE_ONLY-} ]] || return 0
	local engine n first sql ms wall kib cancelled figures before_ms before_kib last_n marks

	for engine in ${LARGE_ENGINES:-postgres sqlite}; do
		first='begin;'
		[ "$engine" = postgres ] || first='pragma foreign_keys = on; begin;'
		sql=$3
		case $sql in
			*@*)
				first='select 1;'
				[ "$engine" = postgres ] && sql=${sql/@/call } || sql=${sql/@/select }
				;;
		esac
		figures="" marks="" before_ms=""
		for n in $large_sizes; do
			large_base "$2"
			read -r ms wall kib < <(large_run "$first" "$sql")
			figures+=$(awk -v ms="$ms" -v kib="$kib" -v n="$n" 'BEGIN { printf "%9.1f%8.0f", ms * 1000 / n, kib / 1024 }')
			if [ "$n" = "${large_sizes##* }" ]; then
				read -r _ _ _ cancelled < <(large_run "$first" "$sql" "$(awk -v ms="$wall" 'BEGIN { print ms / 2 }')")
				break
			fi
			before_ms=$ms before_kib=$kib last_n=$n
		done
		# up to a tenth of a second it may be anything
		marks=$(awk -v ms="$ms" -v kib="$kib" -v n="$n" -v bms="$before_ms" -v bkib="$before_kib" -v bn="$last_n" \
			-v bytes="$large_bytes" -v cancelled="${cancelled:-0}" -v most="$large_cancel" 'BEGIN {
				grown = (ms / n) / (bms / bn)
				each = (kib - bkib) * 1024 / (n - bn)
				printf "%8.2f%8.0f%8.0f%s%s%s", grown, each, cancelled, (grown > 1.5 && ms > 100) ? " slower!" : "",
					(each > bytes) ? " memory!" : "", (cancelled > most) ? " cancel!" : ""
			}')
		printf '%-42s%s%s\n' "$engine: $1" "$figures" "$marks"
		case $marks in
			*!*) echo "$1" >>"$work/over" ;;
		esac
	done
}

part_large()
{
	large_sizes=${LARGE_SIZES:-10000 100000 1000000}
	local large_files=$work/rows

	mkdir -p "$large_files"
	chmod 777 "$large_files"
	psql -qX -d bench -c "load 'dbcare'" -c "alter system set dbcare.backup_roots = '$large_files'" -c 'select pg_reload_conf()' >"$work/out"
	printf '\nmicroseconds of processor time per row and MiB, of %s rows; growth, bytes per row, milliseconds until cancelled\n' "$large_sizes"
	large_calls
}
