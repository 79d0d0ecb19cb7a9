#!/bin/bash
# Deletes rows of random graphs of foreign keys in random order, and restores
# the batches in the opposite order: each time all tables must be what they were
# before.  Prints TAP.
#
# usage: graphs.sh [GRAPHS [TABLES [FIRST]]]
#
# A graph has its number as seed, from FIRST on (default 1 or 3, chosen by the seed).  Its keys have one or two
# columns, integers or text, refer to any table, also the same one, and delete
# children, set their columns to null or to their default, or refuse.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

graphs=${1:-2}
tables=${2:-30}
first=${3:-$((seed % 2 * 2 + 1))}
deletions=6

# script ENGINE SEED: SQL that makes a graph, deletes and restores.  State N is
# that after N deletions.
script()
{
	awk -v engine="$1" -v seed="$2" -v tables="$tables" -v deletions=$deletions -v file="$tmp/call.sql" '
	function random(n) { return int(rand() * n) }
	# the columns of a key, with a type or a prefix
	function columns(table, prefix, typed,    text, i) {
		for (i = 0; i < width[table]; i++)
			text = text (i ? ", " : "") "\"" prefix "k " i "\"" (typed ? " " type[table, i] : "")
		return text
	}
	# the key of a row
	function value(table, i, row) {
		return type[table, i] == "text" ? "\047k\047\047\"" row "\047" : row
	}
	function found(table, row,    text, i) {
		for (i = 0; i < width[table]; i++)
			text = text (i ? " and " : "") "\"k " i "\" = " value(table, i, row)
		return text
	}
	function link(f,    text, i) {
		text = "foreign key (" columns(parent[f], "f" f " ", 0) ") references t" parent[f] \
			" (" columns(parent[f], "", 0) ") on delete " action[f]
		return text (deferred[f] ? " deferrable initially deferred" : "")
	}
	function show(state,    t) {
		print "select \047=== " state "\047;"
		for (t = 0; t < tables; t++)
			print "select " t ", * from t" t " order by " columns(t, "", 0) ";"
	}
	BEGIN {
		srand(seed)
		rows = 6
		links = 0
		split("cascade cascade cascade setnull setdefault noaction", word, " ")
		for (t = 0; t < tables; t++) {
			width[t] = 1 + (rand() < 0.3)
			for (i = 0; i < width[t]; i++)
				type[t, i] = rand() < 0.6 ? "integer" : "text"
			for (i = random(4); i > 0; i--) {
				child[links] = t
				parent[links] = random(tables)
				action[links] = word[1 + random(6)]
				sub(/^set/, "set ", action[links])
				sub(/^no/, "no ", action[links])
				deferred[links++] = rand() < 0.2
			}
		}
		for (t = 0; t < tables; t++) {
			text = "create table t" t " (" columns(t, "", 1) ", word text, number real"
			for (f = 0; f < links; f++)
				if (child[f] == t)
					for (i = 0; i < width[parent[f]]; i++)
						text = text ", \"f" f " k " i "\" " type[parent[f], i] \
							(action[f] ~ /default/ ? " default " value(parent[f], i, 1) : "")
			text = text ", primary key (" columns(t, "", 0) ")"
			for (f = 0; engine == "sqlite" && f < links; f++)
				if (child[f] == t)
					text = text ", " link(f)
			print text ")" (engine == "sqlite" && rand() < 0.2 ? " without rowid" : "") ";"
		}
		for (f = 0; engine == "postgresql" && f < links; f++)
			print "alter table t" child[f] " add " link(f) ";"
		print "begin;"
		for (t = 0; t < tables; t++)
			for (r = 1; r <= rows; r++) {
				names = columns(t, "", 0) ", word, number"
				values = ""
				for (i = 0; i < width[t]; i++)
					values = values value(t, i, r) ", "
				values = values (rand() < 0.2 ? "null" : "\047word \"" r "\047") ", " r / 8
				for (f = 0; f < links; f++)
					if (child[f] == t)
						for (i = 0; i < width[parent[f]]; i++) {
							names = names ", \"f" f " k " i "\""
							values = values ", null"
						}
				print "insert into t" t " (" names ") values (" values ");"
			}
		for (f = 0; f < links; f++)
			for (r = 1; r <= rows; r++)
				if (rand() < 0.7) {
					p = 1 + random(rows)
					text = ""
					for (i = 0; i < width[parent[f]]; i++)
						text = text (i ? ", " : "") "\"f" f " k " i "\" = " value(parent[f], i, p)
					print "update t" child[f] " set " text " where " found(child[f], r) ";"
				}
		print "commit;"
		for (t = 0; t < tables; t++)
			print "select dbarchive_enable(\047t" t "\047) is null;"
		print "create table deletion (number integer primary key, batch bigint);"
		print "insert into deletion values (0, 0);"
		for (d = 1; d <= deletions; d++) {
			show(d - 1)
			# a foreign key may refuse it
			print "select \047=== try\047;"
			t = random(tables)
			print "delete from t" t " where " found(t, 1 + random(rows)) (rand() < 0.5 ? " or " found(t, 1 + random(rows)) : "") ";"
			print "insert into deletion select " d ", coalesce(max(batch), 0) from dbarchive_deleted();"
		}
		show(deletions)
		print "select \047=== deleted\047;"
		print "select count(*), count(distinct batch), max(rows_in_batch) from dbarchive_deleted();"
		for (d = deletions; d > 0; d--) {
			print "select \047=== restore\047;"
			# on SQLite no other SELECT may run in the statement of the call
			text = "select \047select dbarchive_restore_batch(\047 || d.batch || \047);\047 from deletion as d, deletion as b" \
				" where d.number = " d " and b.number = " d - 1 " and d.batch > b.batch"
			if (engine == "sqlite")
				print ".once " file "\n" text ";\n.read " file
			else
				print text " \\gexec"
			show(d - 1)
		}
		print "select \047=== left\047;"
		print "select count(*) from dbarchive_deleted();"
	}'
}

# different < OUTPUT: the states that were not the same the second time.
different()
{
	awk '/^=== / { state = $2; seen[state]++; next }
		{ text[state, seen[state]] = text[state, seen[state]] $0 "\n" }
		END {
			for (state in seen)
				if (state ~ /^[0-9]+$/ && seen[state] == 2 && text[state, 1] != text[state, 2])
					print "state " state
			if (text["left", 1] != "0\n")
				print "left: " text["left", 1]
			for (s in text)
				if (text[s] ~ /ERROR|rror near/ && s !~ /^try/)
					print text[s]
		}'
}

psql_shell=(psql -qAtX -F ' ')
sqlite_shell=(sqlite3 -batch -list -separator ' '
	-cmd '.load ./sqlite_ext/dbcare' -cmd 'pragma foreign_keys = on')
start_server server
for ((seed = first; seed < first + graphs; seed++)); do
	for engine in postgresql sqlite; do
		"${engine}_new" "graph$seed"
		script $engine "$seed" | "$engine" "graph$seed" >"$tmp/out" || true
		is "$(different <"$tmp/out")" '' "$engine: graph $seed of $tables tables: each batch restores what it deleted"
		# foreign keys may refuse all deletions
		[ "$(grep -cE '^ERROR|rror near' "$tmp/out")" = "$deletions" ] ||
			like "$(sed -n '/^=== deleted/ { n; p; }' "$tmp/out")" '^[1-9]' "$engine: graph $seed: rows were deleted"
		[ -z "${KEEP-}" ] || cp "$tmp/out" "$KEEP/$engine.$seed"
	done
done
finish
