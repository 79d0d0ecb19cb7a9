#!/bin/bash
# dbsync_export with the option where leaves out what the deletion of the other
# rows, with cascades, deletes: on random graphs of keys, with circles, references
# of a table to itself, keys of two columns and nulls.  Prints TAP.
#
# usage: subset.sh [GRAPHS [FIRST]]
#
# A graph has its number as seed, from FIRST on.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

graphs=${1:-5}
first=${2:-1}

start_server server
# the server writes there, too
out=$tmp/out
mkdir "$out"
chmod 777 "$out"

# script ENGINE SEED: SQL that makes a graph of keys between eight tables.
script()
{
	awk -v engine="$1" -v seed="$2" '
	function random(n) { return int(rand() * n) }
	function add(child, parent, key,    columns) {
		columns = key == 3 ? " (f3, f4) references t" parent " (code, part)" : " (f" key ") references t" parent " (id)"
		if (engine == "sqlite")
			keys[child] = keys[child] ", foreign key" columns " on delete cascade"
		else
			later = later "alter table t" child " add foreign key" columns " on delete cascade;"
	}
	BEGIN {
		srand(seed)
		for (t = 1; t <= 8; t++)
			for (key = 1; key <= 3; key++)
				if (rand() < 0.6) # seldom to a later table, or itself
					add(t, 1 + random(rand() < 0.85 && t > 1 ? t - 1 : 8), key)
		print "begin;"
		for (t = 1; t <= 8; t++) {
			print "create table t" t " (id integer primary key, code integer, part integer, keep integer, f1 integer, f2 integer, f3 integer, f4 integer, unique (code, part)" keys[t] ");"
			for (i = 0; i < 60; i++) {
				print "insert into t" t " values (" i ", " i % 6 ", " int(i / 6) ", " random(10)
				for (key = 1; key <= 4; key++)
					print ", " (rand() < 0.6 ? random(key < 3 ? 60 : key == 3 ? 6 : 10) : "null")
				print ");"
			}
		}
		print later "commit;"
	}'
}

# ask ENGINE SQL
ask() { "$1" "$db" <<<"$2" 2>&1 || true; }

for engine in postgresql sqlite; do
	for ((graph = first; graph < first + graphs; graph++)); do
		db=graph$graph
		"${engine}_new" $db
		script "$engine" "$graph" >"$tmp/script"
		"$engine" $db <"$tmp/script" >"$tmp/made"
		other=t$((2 + graph % 6))
		answer=$(ask "$engine" "select dbsync_export('$out/rows', '{\"overwrite\": true, \"where\": {\"t1\": \"keep > 1\", \"$other\": \"keep <> 5 -- others\"}}');")
		ask "$engine" "$([ "$engine" = postgresql ] || echo 'pragma foreign_keys = on;')
			delete from t1 where keep <= 1; delete from $other where keep = 5;" >"$tmp/made"
		is "$(ask "$engine" "select table_name, only_here, only_there, different from dbsync_compare('$out/rows') where only_here + only_there + different > 0;
			select sum(row_count) > 0 and sum(row_count) < 480 from dbsync_digest();" | sed 's/^t$/1/')" 1 \
			"$engine, graph $graph: the rows that a deletion leaves are exported"
		like "$answer" '"tables": 8' "$engine, graph $graph: ... of all tables"
	done

	# ---- what is left is imported elsewhere ----

	db=town
	"${engine}_new" $db
	"$engine" $db <<-'END' >"$tmp/made"
		create table "odd ""town" (id integer primary key, "a b" text);
		create table customer (id integer primary key, town integer references "odd ""town", name text);
		create table purchase (id integer primary key, customer_id integer not null references customer, total integer);
		create table word (id integer primary key);
		insert into "odd ""town" values (1, 'x'), (2, 'y''');
		insert into customer values (1, 1, 'one'), (2, 2, 'two'), (3, null, 'three');
		insert into purchase values (1, 1, 10), (2, 2, 20), (3, 3, 30), (4, 2, 40);
		insert into word values (1);
	END
	ask "$engine" "select dbsync_export('$out/town', '{\"where\": {\"\\\"odd \\\"\\\"town\\\"\": \"\\\"a b\\\" like ''y%''\"}}');" >"$tmp/made"
	ask "$engine" 'delete from purchase; delete from customer; delete from "odd ""town"; delete from word;' >"$tmp/made"
	chmod 644 "$out/town" 2>"$tmp/error" || true
	like "$(ask "$engine" "select dbsync_import('$out/town');")" '"written": 7' "$engine: a subset is imported"
	is "$(ask "$engine" 'select name from customer order by id; select id from purchase order by id; select count(*) from word;')" \
		"$(printf '%s\n' two three 2 3 4 1)" "$engine: with keys that are null and tables without keys"

	# ---- what is not a condition ----

	# refused OPTION ERROR TITLE
	refused()
	{
		like "$(ask "$engine" "select dbsync_export('$out/none', '{\"where\": $1}');")" "$2" "$engine: $3"
		[ ! -e "$out/none" ]
		result $? "$engine: ... and leaves no file: $3"
	}
	refused '{"customer": "nam = 1"}' 'the condition of table customer in option "where" is not valid: .*nam' 'a column that does not exist is refused'
	refused '{"customer": "name = "}' 'the condition of table customer in option "where" is not valid' 'half a condition is refused'
	refused '{"customer": ""}' 'the condition of table customer in option "where" is not valid' 'an empty condition is refused'
	refused '{"customer": 1}' 'the condition of table customer in option "where" is not a string' 'a number is refused'
	refused '{"nothing": "true"}' 'nothing' 'a table that does not exist is refused'
	refused '{"customer": "1 = 1", "Customer": "1 = 1"}' 'option "where" names table .*customer twice' 'a table that is named twice is refused'
	refused '"customer"' 'option "where" cannot be' 'a text is refused'
	refused '{"customer": "1 = 1); delete from word; select (1"}' 'where' 'two statements are refused'
	is "$(ask "$engine" 'select count(*) from word;')" 1 "$engine: ... and nothing is deleted"
done
finish
