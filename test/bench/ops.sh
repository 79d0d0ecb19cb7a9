#!/bin/bash
# dbops_select against the same prepared SELECT producing JSON, in microseconds
# per call inside a transaction: a page by an index, one row, many rows, a scan.
# It may take 1.3 times as long; for one row, where a call costs more than the
# query, that may take MOST microseconds more.
#
# usage: test/bench/ops.sh
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../lib.sh"

rows=200000
options=(
	'{"filters": {"amount": 7}}'
	'{"filters": {"id": 7}}'
	'{"filters": {"amount": {"gte": 500}}, "limit": 1000000}'
	'{"filters": {"note": {"contains": "999"}}, "sort": ["-amount"], "limit": 1000}'
)
names=('page of 100 rows' 'one row' '100,000 rows' 'scan')
calls=(1000 10000 3 10)
plain_postgresql=(
	'where amount = 7 order by id limit 101' 'where id = 7 order by id limit 101'
	'where amount >= 500 order by id limit 1000001'
	"where strpos(note, '999') > 0 order by amount desc, id desc limit 1001"
)
plain_sqlite=("${plain_postgresql[@]//strpos/instr}")

# the most that a call may add to one row
declare -A most=([postgresql]=30 [sqlite]=5)

# took CALLS EXPRESSION: microseconds per call, the least of three; on SQLite of the
# processor
took_postgresql()
{
	for _ in 1 2 3; do
		postgresql bench <<-END
			set client_min_messages = notice;
			do \$\$ declare started timestamptz; result jsonb; begin
			    $2
			    started := clock_timestamp();
			    for i in 1..$1 loop $2 end loop;
			    raise notice 'took %', round((extract(epoch from clock_timestamp() - started) * 1e6 / $1)::numeric, 1);
			end \$\$;
		END
	done | sed -n 's/.*took //p' | sort -n | head -1
}
took_sqlite()
{
	for _ in 1 2 3; do
		sqlite bench <<-END
			begin;
			.timer on
			with recursive s(i) as (select 1 union all select i + 1 from s where i < $1) select sum(length($2)) from s;
		END
	done | awk -v calls="$1" '/Run Time/ { printf "%.1f\n", ($6 + $8) * 1e6 / calls }' | sort -n | head -1
}

start_server server
for engine in postgresql sqlite; do
	"${engine}_new" bench
	"$engine" bench <<-END
		create table big (id integer primary key, name text, amount int, note text);
		with recursive s(i) as (select 1 union all select i + 1 from s where i < $rows)
		insert into big select i, 'name ' || i, i % 1000, 'some longer note about this row ' || i from s;
		create index big_amount on big (amount);
		analyze;
	END
	for i in "${!options[@]}"; do
		if [ $engine = postgresql ]; then
			ours=$(took_postgresql "${calls[i]}" "result := dbops_select('big', '${options[i]}');")
			floor=$(took_postgresql "${calls[i]}" "select coalesce(jsonb_agg(to_jsonb(x)), '[]') into result from (select * from big ${plain_postgresql[i]}) x;")
		else
			# not a constant, or SQLite calls it once
			ours=$(took_sqlite "${calls[i]}" "dbops_select('big', substr('${options[i]}', 1, 1000 + i))")
			floor=$(took_sqlite "${calls[i]}" "(select json_group_array(json_object('id', id, 'name', name, 'amount', amount, 'note', note)) from (select * from big ${plain_sqlite[i]/where /where i > 0 and }))")
		fi
		ratio=$(awk -v a="$ours" -v b="$floor" 'BEGIN { printf "%.2f", a / b }')
		echo "# $engine, ${names[i]}: $ours us, plain $floor us, $ratio times"
		if [ "$i" -eq 1 ]; then
			is "$(awk -v a="$ours" -v b="$floor" -v most="${most[$engine]}" 'BEGIN { print (a - b <= most) }')" 1 \
				"$engine: ${names[i]} takes at most ${most[$engine]} us more"
		else
			is "$(awk -v r="$ratio" 'BEGIN { print (r <= 1.3) }')" 1 "$engine: ${names[i]} takes at most 1.3 times as long"
		fi
	done
done
finish
