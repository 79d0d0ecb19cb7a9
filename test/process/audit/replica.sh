#!/bin/bash
# A follower builds a table elsewhere from the log alone, while sessions change the
# same few rows: 400 random changes in make check, 10,000 in make soak.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
sqlite_shell+=(-cmd '.timeout 20000')

writers=4
changes=$((400 / writers))
[ -z "${DBCARE_WHOLE-}" ] || changes=$((10000 / writers))

# ---- the values of each engine ----

declare -A columns values
columns[postgresql]='id int, part text, n numeric, r float8, b bytea, at timestamptz, list text[], span int4range, data jsonb, name text, primary key (id, part)'
values[postgresql]="null|1.50|-0.0|'NaN'|'Infinity'
null|'-0'|'Infinity'|1e-300|0.1
null|'\\x00ff'|''
null|'infinity'|'2026-02-03 04:05:06.789012+02'|'0044-03-15 12:00+00 BC'
null|'{}'|array['a,b', null, '\"']
null|'empty'|'[1,5)'
null|'{\"a\": 1.0}'|'null'
null|''|'back\\slash'|'\"quoted\"'|E'tab\\tand\\nline'|'ü€😀'"
columns[sqlite]='id integer, part text, n, r, b, at, list, span, data, name text, primary key (id, part)'
values[sqlite]="null|1.5|-0.0|1e999|-1e999
null|9223372036854775807|-9223372036854775808|1e-300|0.1
null|x'00ff'|x''|'\\x00ff'
null|1|'1'|1.0
null|''|' '|'null'
null|cast(x'0078' as text)|cast(x'6100' as text)
null|cast(x'61ff' as text)|'{\"blob\": \"00\"}'
null|''|'back\\slash'|'\"quoted\"'|cast(x'740961' as text)|cast(x'610a' as text)|'ü€😀'"

# pick COLUMN: sets value to one of a column's values.
pick()
{
	local list

	mapfile -t list <<<"${lists[$1]}"
	value=${list[RANDOM % ${#list[@]}]}
}

# change: adds a change of one of a few rows to the script.
change()
{
	local parts=(a 'ü x') names=(n r b at list span data name) i=$((RANDOM % 8)) id=$((RANDOM % 6)) part all='' c

	part="'${parts[RANDOM % 2]}'"
	case $((RANDOM % 10)) in
	[0-3])
		for c in 0 1 2 3 4 5 6 7; do
			pick $c
			all+=", $value"
		done
		script+="insert into t values ($id, $part$all) on conflict do nothing;" ;;
	[4-7])
		pick $i
		script+="update t set ${names[i]} = $value where id = $id and part = $part;" ;;
	8) script+="update t set id = id + 6 where id = $id and part = $part and not exists (select 1 from t as o where o.id = $id + 6 and o.part = t.part);
		update t set id = id - 6 where id > 5 and part = $part and not exists (select 1 from t as o where o.id = t.id - 6 and o.part = t.part);" ;;
	9) script+="delete from t where id = $id and part = $part;" ;;
	esac
	script+=$'\n'
}

# write: a script of random transactions, some of them rolled back.
write()
{
	local n=0 k script='' value lists

	IFS='~' read -rd '' -a lists <<<"${values[$engine]//$'\n'/'~'}" || true
	lists=("${lists[@]//|/$'\n'}")
	while [ $n -lt $changes ]; do
		[ "$engine" = sqlite ] && script+='begin immediate;' || script+='begin;'
		for ((k = 0; k <= RANDOM % 3; k++)); do
			change
			n=$((n + 1))
		done
		((RANDOM % 6)) && script+='commit;' || script+='rollback;'
		script+=$'\n'
	done
	printf '%s' "$script"
}

# ---- the follower ----

# Statements that make the changes of entries after one elsewhere; the last line
# has the number of the last entry.
entries_postgresql()
{
	psql -qAtX -d master -c "select case action
		when 'insert' then format('insert into t (%s) values (%s);', r.names, r.texts)
		when 'delete' then 'delete from t where '
		else format('update t set (%s) = row (%s) where ', r.names, r.texts) end
		|| case action when 'insert' then '' else format('(id, part) = (%s, %L);', row_key ->> 'id', row_key ->> 'part') end || chr(10) || '-- ' || id
		from (select * from dbaudit_log('{\"after\": $1, \"exact\": true}')) as e
		cross join lateral (select string_agg(quote_ident(c.key), ', ') as names, string_agg(quote_nullable(c.value), ', ') as texts
			from jsonb_each_text(after) as c) as r
		where action <> 'protection'"
}

entries_sqlite()
{
	local value="case c.type when 'text' then quote(c.atom) when 'null' then 'null' when 'object' then
		coalesce('x''' || json_extract(c.value, '\$.blob') || '''', 'cast(x''' || json_extract(c.value, '\$.text') || ''' as text)',
			replace(json_extract(c.value, '\$.real'), 'Infinity', '1e999'))
		else c.atom end"

	sqlite3 -batch -list -cmd '.load ./sqlite_ext/dbcare' -cmd '.timeout 20000' "$tmp/master.db" "select case action
		when 'insert' then (select 'insert into t (' || group_concat(c.key) || ') values (' || group_concat($value) || ');' from json_each(after) as c)
		when 'delete' then 'delete from t where '
		else (select 'update t set ' || group_concat(c.key || ' = ' || $value) || ' where ' from json_each(after) as c) end
		|| iif(action = 'insert', '', 'id = ' || json_extract(row_key, '\$.id') || ' and part = ' || quote(json_extract(row_key, '\$.part')) || ';')
		|| char(10) || '-- ' || id
		from dbaudit_log('{\"after\": $1, \"exact\": true}') where action <> 'protection';"
}

# follow: makes the changes since the last entry that was read.
follow()
{
	"entries_$engine" "$last" >"$tmp/statements"
	[ -s "$tmp/statements" ] || return 0
	last=$(tail -n 1 "$tmp/statements")
	last=${last#-- }
	{ echo 'begin;'; cat "$tmp/statements"; echo 'commit;'; } | "$engine" replica >"$tmp/applied" || sed 's/^/# /' "$tmp/applied"
}

# The transactions of a script, the second half once the log was read.
in_halves()
{
	local half=$(($(wc -l <"$1") / 2))

	head -n "$half" "$1"
	until [ -e "$tmp/followed" ]; do
		sleep 0.02
	done
	tail -n "+$((half + 1))" "$1"
}

# Runs a script; a transaction that fails is rolled back.
run_writer()
{
	if [ "$engine" = postgresql ]; then
		psql -qAtX -d master
	else
		sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' -cmd '.timeout 20000' "$tmp/master.db"
	fi
}

contents()
{
	if [ "$engine" = postgresql ]; then
		postgresql "$1" <<<"set extra_float_digits = 3; select t.*::text from t order by id, part;"
	else
		sqlite "$1" <<<"select $(tr ' ' '\n' <<<'id part n r b at list span data name' | sed 's/.*/quote(&), hex(&)/' | paste -sd,) from t order by id, part;"
	fi
}

start_server server
for engine in postgresql sqlite; do
	for mode in portable strict; do
		[ "$engine$mode" != postgresqlportable ] || continue
		rm -f "$tmp"/*.db
		"${engine}_new" master
		"${engine}_new" replica
		for database in master replica; do
			"$engine" $database >"$tmp/made" <<<"create table t (${columns[$engine]});"
		done
		"$engine" master >"$tmp/made" <<<"select dbaudit_enable('t', '{\"insert_values\": true, \"mode\": \"$mode\"}') is null;"
		last=0
		rm -f "$tmp/followed"
		for ((w = 1; w <= writers; w++)); do
			write >"$tmp/writer$w"
		done
		pids=()
		for ((w = 1; w <= writers; w++)); do
			in_halves "$tmp/writer$w" | run_writer >"$tmp/writer$w.out" 2>&1 &
			pids+=($!)
		done
		# the writers wait for the first entries that are read: the log is read while it is written
		while kill -0 "${pids[@]}" 2>"$tmp/gone"; do
			follow
			[ "$last" -eq 0 ] || touch "$tmp/followed"
		done
		wait "${pids[@]}" || true
		follow
		is "$(contents replica)" "$(contents master)" "$engine, $mode: the replica is equal after random changes"
		like "$(contents master | wc -l) $last" '^[1-9][0-9]* [1-9][0-9]{2}' "$engine, $mode: the table has rows, and changed often"
		"$engine" master <<<"select dbaudit_seal() is null;" >"$tmp/made"
		is "$("$engine" master <<<"select * from dbaudit_verify();")" '' "$engine, $mode: the log with values of inserts can be sealed"
	done
done

# A transaction that began first changes a row last.
engine=postgresql
postgresql postgres >"$tmp/made" <<<'drop database master; drop database replica;'
postgresql_new master
postgresql_new replica
for database in master replica; do
	postgresql $database >"$tmp/made" <<<"create table t (${columns[postgresql]}); create table other (id int primary key);"
done
postgresql master >"$tmp/made" <<<"select dbaudit_enable('t', '{\"insert_values\": true}') is null; insert into t values (1, 'a', 1);"
hold first master 'insert into other values (1);'
postgresql master >"$tmp/made" <<<"update t set n = 2;"
printf 'update t set n = 3;\n' >&"$holder_first"
pid=$(jobs -p | tail -n 1)
release first
wait "$pid"
last=0
follow
is "$(postgresql replica <<<'select n from t;')" 3 'postgresql: the changes of a row come in their order, not in that of the transactions'
finish
