#!/bin/bash
# dbsync_compare reads a table once, and rows near a difference again, by an index
# on a key of any type.  Counts the rows that PostgreSQL reads, and the pages that
# SQLite does.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
# the server writes there, too
out=$tmp/out
mkdir "$out"
chmod 777 "$out"
count=6000

# table NAME COLUMNS KEY VALUES: of rows with a key of these values over i
table()
{
	local name=$1 columns=$2 key=$3 values=$4

	echo "create table $name ($columns, v int, filler text, primary key ($key));
		insert into $name with recursive s(i) as (select 1 union all select i + 1 from s where i < $count)
		    select $values, i, $filler from s;"
}

# hexadecimal digits of i on both engines, spread over the table
digits_postgresql="lpad(to_hex((i * 7919) % 1000003), 12, '0')"
digits_sqlite="printf('%012x', (i * 7919) % 1000003)"

fill()
{
	local digits=digits_$1
	local filler="'more text'"

	# pages with few rows each
	[ "$1" = postgresql ] && filler="repeat('0', 2000)" || filler='hex(zeroblob(1000))'
	table whole 'id bigint' id 'i * 3'
	table worded 'name varchar(40)' name "case i % 3 when 0 then 'a' when 1 then 'B' else 'é' end || ${!digits}"
	table paired 'a int, b text' 'a, b' "i % 5, ${!digits}"
	table turned 'b text, a int' 'a, b' "${!digits}, i % 5"
	table tagged 'tag uuid' tag "$([ "$1" = sqlite ] || echo 'cast(')'a0eebc99-9c0b-4ef8-bb6d-' || ${!digits}$([ "$1" = sqlite ] || echo ' as uuid)')"
	if [ "$1" = sqlite ]; then
		table raw 'k blob' k "cast(${!digits} as blob)"
		table bare 'k' k "case i % 3 when 0 then i when 1 then i + 0.5 else ${!digits} end"
	else
		table raw 'k bytea' k "cast(${!digits} as bytea)"
		table bare 'k text' k "${!digits}"
	fi
}

# Keys whose index has another order than their canonical form.
fill_odd()
{
	local digits=digits_$1
	local filler="'more text'"

	if [ "$1" = sqlite ]; then
		table nocase 'name text collate nocase' name "case i % 2 when 0 then 'a' else 'B' end || ${!digits}"
		table falling 'id integer' 'id desc' 'i'
		table mixed 'tag uuid' tag "case i % 2 when 0 then upper('a0eebc99-9c0b-4ef8-bb6d-' || ${!digits}) else 'a0eebc99-9c0b-4ef8-bb6d-' || ${!digits} end"
		table times 'made timestamp' made "datetime(1700000000 + i, 'unixepoch')"
		table empty_key 'k text, l int' 'k, l' "case when i % 9 > 0 then ${!digits} end, i"
	else
		table nocase 'name text collate "und-x-icu"' name "case i % 2 when 0 then 'a' else 'B' end || ${!digits}"
		table falling 'id int' id 'i'
		echo "create type mood as enum ('z', 'a', 'm');"
		table mixed 'mood mood, i int' 'mood, i' "cast(case i % 3 when 0 then 'z' when 1 then 'a' else 'm' end as mood), i"
		table times 'made timestamptz' made "timestamptz '2026-01-01 00:00+00' + i * interval '1 second'"
		table empty_key 'amount numeric' amount '(i - 300) / 8.0'
	fi
}

change()
{
	for name in "$@"; do
		echo "update $name set v = -1 where v = 77;
			delete from $name where v = 2500;
			update $name set filler = 'x' where v = $((count - 1));"
	done
	echo "insert into ${1} (id, v) values (-7, 0); insert into ${2} (name, v) values ('b', 0);"
}

usual='whole worded paired turned tagged raw bare'
odd='nocase falling mixed times empty_key'

# scans TABLE: how often PostgreSQL read it, and how many rows
scans() { postgresql town <<<"select seq_scan, seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = '$1';"; }

# compare ENGINE TABLE: what differs
compare() { "$1" town <<<"select only_here, only_there, different from dbsync_compare('$out/$1', '{\"tables\": [\"$2\"]}');" 2>&1 | sed 's/ $//' || true; }

# cost ENGINE TABLE: the rows or pages that a comparison reads
cost()
{
	local before after

	if [ "$1" = sqlite ]; then
		printf '%s\n' 'pragma cache_size = 40;' '.stats on' "select count(*) from dbsync_compare('$out/sqlite', '{\"tables\": [\"$2\"]}');" |
			sqlite town | awk '/Page cache misses/ { print $4 }' | tail -1
		return
	fi
	before=$(scans "$2")
	compare "$1" "$2" >"$tmp/rows"
	after=$before
	until [ "${after% *}" -gt "${before% *}" ]; do after=$(scans "$2"); done
	echo $((${after#* } - ${before#* }))
}

for engine in postgresql sqlite; do
	"${engine}_new" town
	{ fill $engine; fill_odd $engine; } | "$engine" town >"$tmp/made"
	"$engine" town <<<"select dbsync_export('$out/$engine');" >"$tmp/made"
	for name in $usual; do
		cost "$engine" "$name" >"$tmp/cost.$name"
	done
	change $usual $odd | "$engine" town
	for name in $usual $odd; do
		case $name in
			whole | worded) expected='1 1 2' ;;
			*) expected='0 1 2' ;;
		esac
		is "$(compare "$engine" "$name")" "$expected" "$engine: differences of table $name"
	done
	for name in $usual; do
		once=$(cat "$tmp/cost.$name")
		twice=$(cost "$engine" "$name")
		echo "# $engine, $name: $once without differences, $twice with some"
		is "$((twice > 0 && twice < once + 900))" 1 "$engine: table $name is read once"
	done
done
for name in whole worded paired turned tagged raw; do
	is "$(postgresql town <<<"select only_here, only_there, different from dbsync_compare('$out/postgresql', '{\"tables\": [\"$name\"]}');")" \
		"$(chmod 644 "$out/sqlite"; postgresql town <<<"select only_here, only_there, different from dbsync_compare('$out/sqlite', '{\"tables\": [\"$name\"]}');")" \
		"table $name: the same differences to the file of SQLite"
done
once=$(cost postgresql nocase)
is "$((once > count && once < 2 * count + 10))" 1 'postgresql: without an index in the order of bytes, a table is read twice'
finish
