#!/bin/bash
# Keys that a table takes for equal although they are written in several ways: each
# function that takes a key does the same for each of them, or refuses.  Prints TAP,
# tests for each pair.
#
# usage: test/process/archive/spellings.sh [ENGINE ...]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# DEFINITION|KEY OF THE ROW|THE SAME KEY; on SQLite they are literals
postgresql_cases='citext|E|e
text collate any_case|E|e
numeric|1.5|1.50
numeric(10, 2)|1.5|1.500
numeric|NaN|nan
bpchar|a|a  
char(3)|a|a 
varchar(3)|abc|abc
float8|-0|0
float4|-0|0
float8|1e3|1000
interval|1 day|24:00
interval|1 mon|30 days
timestamptz|2026-01-01 00:00+00|2026-01-01 01:00+01
timestamp|2026-01-01 00:00|2026-1-1
date|2026-01-01|Jan 1 2026
time|12:00|12:00:00
timetz|12:00+00|12:00:00+00
uuid|a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11|{A0EEBC999C0B4EF8BB6D6BB9BD380A11}
bytea|\x00ff|\000\377
inet|10.0.0.1|10.0.0.1/32
cidr|10.0.0.0/8|10
macaddr|08:00:2b:01:02:03|08-00-2b-01-02-03
int|7|007
bigint|7| 7
bool|true|t
oid|7|07
bit(4)|0101|x5
varbit|101|b101
citext[]|{E,F}|{e,f}
jsonb|{"a": 1.0}|{"a": 1.00}
jsonb|{"a": 1, "b": 2}|{"b": 2, "a": 1}
numeric[]|{1.5,2}|{1.50,2.0}
citext[]|{E}|{e}
text[]|{a,b}|{"a", b}
numrange|[1.5,2)|[1.50,2.0)
int4range|[1,2]|[1,3)
nummultirange|{[1.5,2)}|{[1.50,2)}
tstzrange|[2026-01-01 00:00+00,)|[2026-01-01 01:00+01,)
domain_of_numeric|1.5|1.50
domain_of_citext|E|e
mood|ok|ok
money|1|$1.00
tsvector|a b|b a
pair_of_values|(1.5,x)|(1.50,x)
name|a|a
pg_lsn|0/A|0/a
xid8|7|07'

sqlite_cases="text collate nocase|'E'|'e'
text collate rtrim|'a'|'a  '
varchar(9) collate nocase|'ÄB'|'Äb'
|2.0|2
|2|2.0
any|2|2.0
blob|2.0|2
text|'5'|5
text|'5.0'|5.0
integer|5|'5'
int|5|'5.0'
int|5|5.0
numeric|1.5|'1.50'
numeric|'1e2'|100
real|2|'2'
real|-0.0|0.0
real|0.0|0
double|1e300|'1e300'
text, primary key (id collate nocase)|'E'|'e'
text collate nocase, primary key (id collate binary)|'E'|'E'
text collate nocase, primary key (id)|'E'|'e'"

# The functions that take a key: another one needs a call below.
functions=dbarchive_delete,dbarchive_hold,dbarchive_release,dbarchive_restore,dbaudit_as_of,dbaudit_erase,dbaudit_history

# A call of each function with the key $3, an expression, of the table $2 that has the
# row $4; the table has another name for each key.
calls()
{
	local engine=$1 table=$2 key=$3 row=$4 confirm=$5 say
	say=$([ "$engine" = postgresql ] && echo call || echo select)
	cat <<-END
		select 'history', count(*) from dbaudit_history('$table', $key);
		select 'as of', dbaudit_as_of('$table', $key, (select at from moment)) is not null;
		select 'erase', dbaudit_erase('$table', $key, '["v"]', 'why') ->> 'values';
		select 'history', count(*) from dbaudit_history('$table', $key) where cast(before as text) like '%erased%';
		select 'hold', dbarchive_hold('$table', $key, 'why') ->> 'deleted';
		select 'held', dbaudit_erase('$table', $key, '["v"]', 'why');
		select 'release', dbarchive_release('$table', $key) ->> 'reason';
		select 'delete', dbarchive_delete('$table', $key) ->> 'rows';
		select 'restore', dbarchive_restore('$table', $key) ->> 'rows';
		select 'rows', count(*) from $table;
		delete from $table;
		select 'as of', dbaudit_as_of('$table', $key, (select at from moment)) is not null;
		select 'erase', dbaudit_erase('$table', $key, '["v"]', 'why') ->> 'deleted_rows';
		select 'hold', dbarchive_hold('$table', $key, 'why') ->> 'deleted';
		$say dbarchive_purge('$table', '{"older_than_days": 0$confirm}');
		select 'kept', count(*) from dbarchive_deleted('$table');
		insert into $table (id, v) values ($row, 'again');
		delete from $table;
		$say dbarchive_purge('$table', '{"older_than_days": 0$confirm}');
		select 'kept', count(*) from dbarchive_deleted('$table');
		select 'release', dbarchive_release('$table', $key) ->> 'reason';
		select 'held', count(*) from dbarchive_holds('$table');
		select 'restore', dbarchive_restore('$table', $key) ->> 'rows';
		select 'rows', count(*) from $table;
	END
}

# pair ENGINE NUMBER DEFINITION ROW OTHER: the calls of a pair, with each of the two keys,
# and with the second one as a value of its type.
pair()
{
	local engine=$1 n=$2 definition=$3 row=$4 other=$5 key confirm='' which
	if [ "$engine" = postgresql ]; then
		row="'$row'" other="'$other'"
	else
		confirm=', "confirm": "keys.db"'
	fi
	for which in $whichever; do
		key=$([ $which = 1 ] && echo "$row" || echo "$other")
		# as text, and as a value of the type
		if [ "$which" = 3 ]; then
			key="cast($key as ${definition% collate *})"
		elif [ "$engine" = postgresql ]; then
			key="to_json($key::text)"
		fi
		cat <<-END
			select '==', $n, $which;
			create table k_${n}_$which (v text, id $definition$([[ $definition = *primary* ]] || echo ' primary key'));
			select dbaudit_enable('k_${n}_$which') is null, dbarchive_enable('k_${n}_$which') is null;
			insert into k_${n}_$which (v, id) values ('secret', $row);
			update k_${n}_$which set v = 'other';
			$(moment "$engine")
		END
		calls "$engine" "k_${n}_$which" "$key" "$other" "$confirm"
	done
}

# said FILE NUMBER WHICH: what the calls with a key have printed.
said()
{
	awk -v from="== $2 $3" '/^== /{ on = $0 == from } on && !/^== /' "$1" |
		sed "s/k_$2_$3/k/g; s/near line [0-9]*/near line/; s/\"duration_ms\": [0-9]*/\"duration_ms\": 0/; s/\"longest_ms\": [0-9.]*/\"longest_ms\": 0/; s/with the key .*: the row/with the key: the row/; s/^psql:.*ERROR/ERROR/"
}

# Remembers the time.
moment()
{
	echo 'drop table if exists moment;'
	if [ "$1" = postgresql ]; then
		echo "create temporary table moment as select clock_timestamp()::text as at;"
	else
		echo "create table moment as select strftime('%Y-%m-%dT%H:%M:%fZ', 'now') as at;"
	fi
}

# Runs SQL to the end, whatever fails.
any()
{
	if [ "$1" = postgresql ]; then
		psql -qAtX -F ' ' -d keys 2>&1
	else
		sqlite3 -batch -list -separator ' ' -cmd '.load ./sqlite_ext/dbcare' "$tmp/keys.db" 2>&1
	fi
}

start_server server
postgresql_new keys
any postgresql <<-'END' >"$tmp/made"
	create extension citext;
	create collation any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
	create domain domain_of_numeric as numeric;
	create domain domain_of_citext as citext;
	create type mood as enum ('ok');
	create type pair_of_values as (a numeric, b text);
	select dbcare_install();
END
for engine in ${@:-postgresql sqlite}; do
	is "$(echo "select distinct name from dbcare_functions() where cast(arguments as text) like '%row_key%' order by 1;" | any "$engine" | paste -sd ,)" "$functions" "$engine: the functions that take a key"
	cases=${engine}_cases
	whichever=$([ "$engine" = sqlite ] && echo 1 2 || echo 1 2 3)
	mapfile -t chosen < <(one_of 8 <<<"${!cases}")
	for n in "${!chosen[@]}"; do
		IFS='|' read -r definition row other <<<"${chosen[n]}"
		pair "$engine" "$n" "$definition" "$row" "$other"
	done >"$tmp/script"
	any "$engine" <"$tmp/script" >"$tmp/out" || true
	for n in "${!chosen[@]}"; do
		what="$engine: ${chosen[n]}"
		said "$tmp/out" "$n" 1 >"$tmp/first"
		for which in $whichever; do
			[ "$which" = 1 ] || is "$(said "$tmp/out" "$n" "$which")" "$(cat "$tmp/first")" "$what: the same of the other key $which"
		done
		for line in 'history 2' 'erase 1' 'restore 1' 'kept 1' 'kept 2' 'release why' 'held 0'; do
			grep -qx "$line" "$tmp/first" || break
		done
		known=0
		grep -qx "$line" "$tmp/first" || known=1
		result $known "$what: all functions know the key" "$(cat "$tmp/first")"
	done
done
finish
