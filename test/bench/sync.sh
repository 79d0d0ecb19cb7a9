#!/bin/bash
# dbsync_digest against the engine's scan of the same columns, sum(length(...)),
# both in one process: at most 3 times as long.  dbsync_compare of a table with an
# equal file: at most 5 % longer than the digests of both; of one with three rows
# that differ: at most 1.5 times as long as that, where reading twice takes 2 times.
#
# usage: test/bench/sync.sh [ROWS]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../lib.sh"

rows=${1:-5000000}

# took ENGINE SQL: milliseconds, the least of three
took()
{
	for _ in 1 2 3; do
		if [ "$1" = postgresql ]; then
			printf '%s\n' 'set max_parallel_workers_per_gather = 0;' '\timing on' "$2;" |
				postgresql bench | awk '$1 == "Time:" { ms = $2 } END { print int(ms) }'
		else
			printf '%s\n' '.timer on' "$2;" | sqlite bench |
				awk '/Run Time/ { print int($4 * 1000) }'
		fi
	done | sort -n | head -1
}

# at_most ENGINE WHAT LIMIT OURS FLOOR
at_most()
{
	local ratio

	ratio=$(awk -v a="$4" -v b="$5" 'BEGIN { printf "%.2f", a / b }')
	echo "# $1, $2: $4 ms, floor $5 ms, $ratio times"
	is "$(awk -v r="$ratio" -v l="$3" 'BEGIN { print (r <= l) }')" 1 "$1: $2 takes at most $3 times as long"
}

start_server server
# the server writes there, too
out=$tmp/out
mkdir "$out"
chmod 777 "$out"
for engine in postgresql sqlite; do
	"${engine}_new" bench
	"$engine" bench <<-END
		create table big (id integer primary key, name text, amount int, price numeric(10, 2), made timestamp);
		with recursive s(i) as (select 1 union all select i + 1 from s where i < $rows)
		insert into big select i, 'name of row ' || i, i % 1000, i % 10007 / 100.0, '2026-01-02 03:04:05' from s;
		analyze;
	END
	cast=''
	[ $engine = sqlite ] || cast='::text'
	floor=$(took $engine "select sum(length(id$cast) + length(name$cast) + length(amount$cast) + length(price$cast) + length(made$cast)) from big")
	digest=$(took $engine "select * from dbsync_digest('big')")
	at_most $engine "digest of $rows rows" 3 "$digest" "$floor"
	"$engine" bench <<<"select dbsync_export('$out/$engine');" >"$tmp/made"
	compare=$(took $engine "select * from dbsync_compare('$out/$engine')")
	at_most $engine "comparison of $rows rows" 1.05 "$compare" $((2 * digest))
	"$engine" bench <<<"update big set amount = -1 where id in (1, $((rows / 3)), $rows);"
	at_most $engine 'comparison with three differences' 1.5 "$(took $engine "select * from dbsync_compare('$out/$engine')")" "$compare"
done
finish
