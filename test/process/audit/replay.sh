#!/bin/bash
# Rows of a moment in the past against copies of the table that were made then:
# random changes of rows and keys, with columns that are added, renamed and
# dropped in between, on both engines.  Prints TAP.
#
# usage: replay.sh [WORKLOADS [SEED]]
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

workloads=${1-1}
seed=${2-$((seed % 100000))}

# workload ENGINE SEED: SQL that changes table t, and copies it from time to time.
workload()
{
	awk -v engine="$1" -v seed="$2" '
	function pick(n) { return int(rand() * n) }
	function value() { return pick(5) ? "'\''v" pick(20) (pick(4) ? "" : " \"q\" é") "'\''" : "null" }
	function moment(   i, list) {
		moments++
		if (engine == "postgresql")
			print "insert into copy select " moments ", to_jsonb(t) from t; insert into moment values (" moments \
				", clock_timestamp()::text); select pg_sleep(0.001);"
		else {
			list = "'\''k'\'', k, '\''g'\'', g"
			for (i = 1; i <= ncolumns; i++)
				list = list ", '\''" column[i] "'\'', " column[i]
			print "insert into copy select " moments ", json_object(" list ") from t;"
			print ".shell sleep 0.003"
			print "insert into moment values (" moments ", strftime('\''%Y-%m-%dT%H:%M:%fZ'\'', '\''now'\''));"
			print ".shell sleep 0.003"
		}
	}
	# an entry with the columns as they are now
	function touch() { print "delete from t where k = 99; insert into t (k, g) values (99, 0); update t set " column[1] " = " value() " where k = 99;" }
	function insert() { print "insert into t (k, g, " column[1] ") values (" pick(8) ", " pick(2) ", " value() ") on conflict do nothing;" }
	function change(   c) {
		c = column[1 + pick(ncolumns)]
		print "update t set " c " = " value() (pick(3) ? " where k = " pick(8) : "") ";"
	}
	function move() {
		# keys that trade places, too
		if (pick(2))
			print "update t set k = k + 20 where k = " pick(8) " and not exists (select 1 from t as o where o.k = t.k + 20 and o.g = t.g);"
		else
			print "update t set g = 1 - g where k = " pick(8) " and not exists (select 1 from t as o where o.k = t.k and o.g <> t.g);"
	}
	function back() { print "update t set k = k - 20 where k between 20 and 30 and not exists (select 1 from t as o where o.k = t.k - 20 and o.g = t.g);" }
	function schema(   i, which) {
		which = pick(engine == "postgresql" ? 3 : 2)
		if (which == 0 || ncolumns < 2) {
			column[++ncolumns] = "c" ++names
			print "alter table t add column " column[ncolumns] " text;"
		} else if (which == 1) {
			i = 1 + pick(ncolumns)
			print "alter table t rename column " column[i] " to r" ++names ";"
			column[i] = "r" names
		} else {
			i = 1 + pick(ncolumns)
			print "alter table t drop column " column[i] ";"
			column[i] = column[ncolumns--]
		}
		print "select dbaudit_enable('\''t'\'') is not null;"
		touch()
	}
	BEGIN {
		srand(seed)
		column[1] = "a"; column[2] = "b"; ncolumns = 2
		print "create table t (k integer, g integer, a text, b text, primary key (k, g));"
		print "create table copy (moment integer, row_data " (engine == "postgresql" ? "jsonb" : "text") ");"
		print "create table moment (moment integer, at text);"
		print "select dbaudit_enable('\''t'\'') is not null;"
		touch()
		for (n = 0; n < 150; n++) {
			choice = pick(20)
			if (choice < 7) insert()
			else if (choice < 12) change()
			else if (choice < 14) print "delete from t where k = " pick(8) ";"
			else if (choice < 16) move()
			else if (choice < 17) back()
			else if (choice < 18) schema()
			else moment()
		}
		moment()
	}'
}

# The moments at which a row differs from its copy, or one has no counterpart.  A
# column that was dropped since can be missing.
differences_postgresql="select m.moment from moment as m
	where m.moment = @ and ((select count(*) from dbaudit_table_as_of('t', m.at)) <> (select count(*) from copy as c where c.moment = m.moment)
		or exists (select from dbaudit_table_as_of('t', m.at) as a
			where not exists (select from copy as c where c.moment = m.moment and c.row_data @> a.row_data)
				or a.row_data is distinct from dbaudit_as_of('t', a.row_key::text, m.at)))"
differences_sqlite="select m.moment from moment as m
	where m.moment = @ and ((select count(*) from dbaudit_table_as_of('t', m.at)) <> (select count(*) from copy as c where c.moment = m.moment)
		or exists (select 1 from dbaudit_table_as_of('t', m.at) as a
			where not exists (select 1 from copy as c where c.moment = m.moment and not exists (
					select 1 from json_each(a.row_data) as v where json_extract(c.row_data, '\$.' || v.key) is not v.value))
				or a.row_data is not dbaudit_as_of('t', a.row_key, m.at)))"

# The same, moment by moment: one whose values went with a column is refused.
differences()
{
	local query=differences_$1 moment

	query=${!query}
	for moment in $("$1" "$2" <<<'select moment from moment;'); do
		"$1" "$2" <<<"${query/@/$moment};" 2>&1 |
			sed '/no longer exists, and the log does not have its value/d; /^HINT/d'
	done
	"$1" "$2" <<<"select 'empty' where not exists (select 1 from copy);"
}

start_server server
for ((i = 0; i < workloads; i++)); do
	for engine in postgresql sqlite; do
		"${engine}_new" "replay$i"
		workload "$engine" $((seed + i)) >"$tmp/work.sql"
		"$engine" "replay$i" <"$tmp/work.sql" >"$tmp/out" || true
		is "$(grep -i error "$tmp/out" || true)" '' "workload $((seed + i)) runs on $engine"
		is "$(differences "$engine" "replay$i")" '' '... and each moment is rebuilt'
		is "$("$engine" "replay$i" <<<"select dbaudit_seal() is null; select * from dbaudit_verify()" | tail -n +2)" '' '... from a sealed log'
	done
	postgresql postgres <<<"drop database replay$i"
done
finish
