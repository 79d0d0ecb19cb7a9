#!/bin/bash
# Each way to change a sealed log: each column of each of its tables in each class
# of bytes, each row removed, doubled, exchanged with another one and moved, and
# whole segments; and each way to change a row without an entry; and what notices it.  The table in doc/audit.md is what this finds.
# make check tries a sample; make soak all, and then the table must be exact.  Prints
# TAP.
#
# usage: test/process/audit/tamper.sh [--accept]
#
# --accept tries all, and writes the table and the lists of what goes unnoticed.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

[ "${1-}" != --accept ] || export DBCARE_WHOLE=1

tables='audited_table audit_shape audit_context audit_entry audit_seal audit_key'
declare -A keys=([audited_table]=table_id [audit_shape]=shape_id [audit_context]=context_id [audit_entry]=entry_id
	[audit_seal]=seal_id [audit_key]=key_id)

log_sql="create table t (id integer primary key, name text, mail text);
	create table u (id integer primary key, name text);
	select dbaudit_enable('t') is null;
	select dbaudit_enable('u'OPTIONS) is null;
	begin; select dbaudit_actor('alice') is null;
	insert into t values (1, 'a', 'm'), (2, 'b', 'n'), (3, 'c', 'o'); insert into u values (1, 'x'), (2, 'y'); commit;
	begin; select dbaudit_actor('bob') is null; update t set name = 'aa', mail = 'mm' where id = 1; update t set name = 'bb', mail = 'nn' where id = 2;
	update u set id = 3 where id = 1; commit;
	select dbaudit_seal() is null;
	delete from t where id = 3; delete from u where id = 2;
	update t set name = 'cc' where id = 1;
	select dbaudit_erase('t', 2, '[\"mail\"]', 'request') is null;
	select dbaudit_enable('u'OPTIONS) is null;
	select dbaudit_seal() is null;
	update t set name = 'dd' where id = 1;
	select dbaudit_seal() is null;"

# ---- the ways ----

# edits TYPE COLUMN: expressions for other values of a column, each with a name.
edits()
{
	case $1 in
	number) printf '%s\n' "another number|$2 + 1" "0|0" "null|null" ;;
	time) printf '%s\n' "a microsecond later|$2 + interval '1 microsecond'" "a day later|$2 + interval '1 day'" \
		"before our era|$2 - interval '4046 years'" "infinity|'infinity'" "null|null" ;;
	text) printf '%s\n' "more bytes|$2 || 'x'" "bytes before it|'x' || $2" "a blank after it|$2 || ' '" \
		"another case|upper($2)" "empty|''" "null|null"
		# not of digits that are chosen at random
		[[ ! $2 =~ ^(changed|columns|options|tables|leaves)$ ]] ||
			printf '%s\n' "an opening brace|replace($2, '{', '{{')" "a colon|replace($2, ':', '::')" \
				"a blank within|replace($2, ',', ',  ')" "another member|replace($2, '\"name\"', '\"mail\"')"
		[ "$2" != changed ] || printf '%s\n' "another value|replace($2, 'bb', 'bc')" \
			"a value erased|replace(replace($2, '[\"b\", \"bb\"]', '{\"erased\": true}'), '[\"b\",\"bb\"]', '{\"erased\": true}')"
		[ "$engine" = postgresql ] || printf '%s\n' "bytes after a NUL|$2 || char(0) || 'x'" "a NUL|$2 || char(0)" "a blob|cast($2 as blob)" ;;
	esac
}

# "column type" of each column of a table of the log.
columns_of()
{
	if [ "$engine" = postgresql ]; then
		postgresql log <<<"select attname, case when atttypid in ('int8'::regtype, 'int4'::regtype) then 'number'
			when atttypid = 'timestamptz'::regtype then 'time' else 'text' end
			from pg_attribute where attrelid = 'dbcare.$1'::regclass and attnum > 0 and not attisdropped order by attnum"
	else
		sqlite log <<<"select name, iif(type like 'int%', 'number', 'text') from pragma_table_info('dbcare_$1') order by cid"
	fi
}

# way CHANGE SQL: one way, as "change|SQL" on a line.
way() { printf '%s|%s\n' "$1" "${2//[$'\n\t']/ }"; }

# All ways to change the log.
ways()
{
	local table key ids id other column type name to list last

	for table in $tables; do
		key=${keys[$table]}
		ids=$("$engine" log <<<"select $key from $prefix$table order by $key;")
		mapfile -t list < <(columns_of "$table")
		for id in $ids; do
			for column in "${list[@]}"; do
				type=${column#* }
				column=${column% *}
				while IFS='|' read -r name to; do
					way "$table.$column: $name" "update $prefix$table set $column = $to where $key = $id and ($to) is distinct from $column"
				done < <(edits "$type" "$column")
				[ "$column" = "$key" ] || for other in $ids; do
					[ "$other" != "$id" ] || continue
					way "$table.$column: that of another row" "update $prefix$table set $column = (select o.$column from $prefix$table as o where o.$key = $other)
						where $key = $id and (select o.$column from $prefix$table as o where o.$key = $other) is distinct from $column"
				done
			done
			last=$([ "$id" = "$(tail -n 1 <<<"$ids")" ] && echo 'the last' || echo a)
			way "$table: $last row is removed" "delete from $prefix$table where $key = $id"
			way "$table: $last row is doubled" "insert into $prefix$table select $(for c in "${list[@]}"; do
				[ "${c% *}" = "$key" ] && printf '%s' "$key + 1000, " || printf '%s, ' "${c% *}"
			done | sed 's/, $//') from $prefix$table where $key = $id"
		done
		for id in $ids; do
			other=$(grep -x -A1 "$id" <<<"$ids" | tail -n 1)
			[ "$other" != "$id" ] || continue
			way "$table: two rows are exchanged" "update $prefix$table set $key = case $key when $id then -1 else -2 end where $key in ($id, $other);
				update $prefix$table set $key = case $key when -1 then $other else $id end where $key < 0"
		done
		way "$table: all rows are removed" "delete from $prefix$table"
	done
	way 'an entry is moved to another table' "update ${prefix}audit_entry set shape_id = (select max(shape_id) from ${prefix}audit_shape) where entry_id = 1"
	way 'a table gets the name of another one' "update ${prefix}audited_table set table_name = 'other' where table_id = 1"
	way 'the first segment is removed as if it was old' "delete from ${prefix}audit_entry where entry_id <= (select last_entry from ${prefix}audit_seal where seal_id = 1);
		update ${prefix}audit_seal set leaves = null, salts = '' where seal_id = 1"
	way 'all segments are removed as if they were old' "delete from ${prefix}audit_entry; update ${prefix}audit_seal set leaves = null, salts = ''"
	way 'the first seal is removed with its entries' "delete from ${prefix}audit_entry where entry_id <= (select last_entry from ${prefix}audit_seal where seal_id = 1);
		delete from ${prefix}audit_seal where seal_id = 1"
	way 'the last seal is removed with its entries' "delete from ${prefix}audit_entry where entry_id >= (select first_entry from ${prefix}audit_seal where seal_id = 3);
		delete from ${prefix}audit_seal where seal_id = 3"
	way 'the whole log is removed' "delete from ${prefix}audit_entry; delete from ${prefix}audit_seal; delete from ${prefix}audit_shape;
		delete from ${prefix}audit_context"
	way 'an entry is changed, and all is sealed anew' "update ${prefix}audit_entry set row_key = '9' where entry_id = 1; delete from ${prefix}audit_seal;
		select dbaudit_seal() is null"
	way 'another value of an entry with an erased one is erased, without a record' "update ${prefix}audit_entry set
		changed = replace(replace(changed, '\"name\":[\"b\",\"bb\"]', '\"name\":{\"erased\": \"$(printf '%064d' 0)\"}'), '\"name\": [\"b\", \"bb\"]', '\"name\": {\"erased\": \"$(printf '%064d' 0)\"}')
		where changed like '%bb%'"
	[ "$engine" = postgresql ] || {
		way 'a unique index refuses new entries' "create unique index dbcare_stop on dbcare_audit_seal (entries + seal_id); update t set name = 'zz' where id = 1"
	}
}

# Ways to change a row of a table without an entry.
ways_around()
{
	local name trigger

	if [ "$engine" = postgresql ]; then
		# again FROM TO: the trigger is dropped and made again with another text
		again() { echo "do \$do\$ declare made text := (select pg_get_triggerdef(oid) from pg_trigger where tgname = 'dbcare_audit' and tgrelid = 't'::regclass);
			begin drop trigger dbcare_audit on t; ${3-} execute replace(made, '$1', '$2'); end \$do\$"; }
		local change="update t set name = 'zz' where id = 1"

		way 'a row is changed while triggers are disabled' "alter table t disable trigger user; $change"
		way 'a row is changed while triggers are disabled, and they are enabled again' "alter table t disable trigger user; $change; alter table t enable trigger user; update t set id = id where id = 1"
		way 'a row is changed after the trigger was dropped' "drop trigger dbcare_audit on t; $change"
		way 'a row is changed after the trigger was dropped, and it is made again' "$(again x x "$change;"); update t set id = id where id = 1"
		way 'a row is changed after a WHEN was added to the trigger' "$(again 'EXECUTE FUNCTION' 'WHEN (false) EXECUTE FUNCTION'); $change"
		way 'a row is changed after the trigger was replaced by one that does nothing' "create function nothing() returns trigger language plpgsql as \$\$begin return null; end\$\$;
			$(again dbaudit_capture nothing); $change"
		way 'a row is changed by a session in replica role' "set local session_replication_role = replica; $change; set local session_replication_role = origin; update t set id = id where id = 1"
		way 'a row is changed by ALTER COLUMN TYPE with USING' "alter table t alter mail type text using mail || 'x'; update t set id = id where id = 1"
		way 'a trigger ignores new entries' "create function nothing() returns trigger language plpgsql as \$\$begin return null; end\$\$;
			create trigger stop before insert on dbcare.audit_entry for each row execute function nothing(); $change"
		return
	fi
	name=$(sqlite log <<<"select name from sqlite_schema where type = 'trigger' and tbl_name = 't' and name like '%update';")
	# a way is a line: ¶ becomes the end of one
	trigger=$(sqlite log <<<"select replace(sql, char(10), '¶') from sqlite_schema where name = '$name';")
	local change="update t set name = 'zz' where id = 1"

	way 'a row is changed after the trigger was dropped' "drop trigger \"$name\"; $change"
	way 'a row is changed after the trigger was dropped, and it is made again' "drop trigger \"$name\"; $change; $trigger"
	way 'a row is changed after a WHEN was added to the trigger' "drop trigger \"$name\"; ${trigger/ begin/ when 0 begin}; $change"
	way 'a row is changed after the trigger was replaced by one that does nothing' "drop trigger \"$name\"; create trigger \"$name\" after update on t begin select 1; end; $change"
	way 'a trigger ignores new entries' "create trigger dbcare_stop before insert on dbcare_audit_entry begin select raise(ignore); end; $change"
}

# ---- what notices them ----

# SQL for what the log says.
said()
{
	if [ "$engine" = postgresql ]; then
		echo "(select md5(coalesce(string_agg(l::text, '|' order by id), '')) from dbaudit_log() as l) ||
			(select md5(coalesce(string_agg(concat_ws('|', table_name, options, enabled_at, enabled_by, disabled_at), '|' order by table_name), '')) from dbaudit_tables())"
	else
		echo "(select coalesce(group_concat(quote(id) || quote(logged_at) || quote(actor) || quote(table_name) || quote(row_key) || quote(action)
			|| quote(before) || quote(after) || quote(transaction_id)), '') from dbaudit_log()) || (select coalesce(group_concat(quote(table_name) ||
			quote(options) || quote(enabled_at) || quote(enabled_by) || quote(disabled_at)), '') from dbaudit_tables())"
	fi
}

# Each way in a transaction of one session: "change|findings|findings with the
# file|problems of tables|whether the log says the same".
tried()
{
	local change sql

	if [ "$engine" = postgresql ]; then
		echo '\set ON_ERROR_STOP off'
		echo "select $(said) as before \\gset"
		echo 'begin;'
		while IFS='|' read -r change sql; do
			echo "savepoint way; $sql; \\set n :ROW_COUNT"
			echo "select '$change', '@' || coalesce((select string_agg(distinct finding, ' ') from dbaudit_verify()), ''), '@' || coalesce(
				(select string_agg(distinct finding, ' ') from dbaudit_verify('{\"anchor\": \"$file\"}')), ''), '@' || coalesce(
				(select string_agg(problem, ' ') from dbaudit_tables()), '') where :n <> 0;"
			echo "select '$change', '=' || ($(said) = :'before') where :n <> 0; rollback to way;"
		done
		echo 'rollback;'
	else
		echo "create temp table before as select $(said) as said;"
		echo 'begin;'
		while IFS='|' read -r change sql; do
			echo "savepoint way; update t set id = id where false; ${sql//¶/$'\n'};"
			echo "create temp table done as select changes() > 0 as done;"
			echo "select '$change', '@' || coalesce((select group_concat(finding, ' ') from (select distinct finding from dbaudit_verify())), ''), '@' || coalesce(
				(select group_concat(finding, ' ') from (select distinct finding from dbaudit_verify('{\"anchor\": \"$file\"}'))), ''), '@' || coalesce(
				(select group_concat(problem, ' ') from dbaudit_tables()), '') from done where done;"
			echo "select '$change', '=' || ($(said) = said) from before, done where done;"
			# the shell leaves out the rest of a line after an error
			echo "rollback to way;"
		done
		echo 'rollback;'
	fi
}

run_ways()
{
	{ ways_around; ways; } >"$tmp/all"
	if [ -n "${DBCARE_WHOLE-}" ]; then cp "$tmp/all" "$tmp/ways"; else { ways_around; shuf -n 100 --random-source=<(yes "$seed") "$tmp/all"; } >"$tmp/ways"; fi
	if [ "$engine" = postgresql ]; then
		tried <"$tmp/ways" | psql -qAtX -F '|' -d log 2>"$tmp/errors"
	else
		# an error of the way leaves no changes
		tried <"$tmp/ways" | sqlite3 -batch -list -separator '|' -cmd '.load ./sqlite_ext/dbcare' "$tmp/log.db" 2>"$tmp/errors" || true
	fi | awk -F '|' '/\|@/ { change = $1; found = substr($2, 2); file = substr($3, 2); tables = substr($4, 2); waits = 1
			if (found file tables != "") { print change "|" found "|" file "||" tables; waits = 0 } }
		/\|=/ && waits { if ($2 != "=1" && $2 != "=true") print change "|||"; else print change "|||same"; waits = 0 }'
}

start_server server
for engine in postgresql sqlite; do
	prefix=$([ "$engine" = postgresql ] && echo dbcare. || echo dbcare_)
	"${engine}_new" log
	file=$tmp/$engine.roots
	if [ "$engine" = postgresql ]; then
		file=$tmp/server/roots
		postgresql postgres <<<"alter database log set dbcare.audit_anchor_file = '$file'"
		options=", '{\"hash\": [\"name\"]}'"
	else
		options=", '{\"hash\": [\"name\"], \"mode\": \"strict\"}'"
		sqlite log <<<"select dbcare_set('audit_anchor_file', '$file') is null;" >"$tmp/made"
	fi
	"$engine" log <<<"${log_sql//OPTIONS/$options}" >"$tmp/made"
	is "$("$engine" log <<<"select * from dbaudit_verify(); select * from dbaudit_verify('{\"anchor\": \"$file\"}');")" '' "$engine: the log is as it was sealed"
	run_ways >"$tmp/$engine.found"
	like "$(wc -l <"$tmp/$engine.found")" '^[0-9]{2,}$' "$engine: the ways were tried"
	is "$("$engine" log <<<"select * from dbaudit_verify();")" '' "$engine: and the log is as it was"
	# of each change, what notices the least; where the log says the same, nothing needs to
	awk -F '|' '{
		# of a row that is changed without an entry, the log says the same
		how = $2 != "" ? 3 : $3 != "" ? 2 : $5 != "" ? 1 : $4 == "same" && $1 !~ /^a row is changed/ ? 4 : 0
		if (!($1 in least) || how < least[$1]) least[$1] = how
	} END {
		split("nothing;`tables`;`verify` with the file;`verify`;nothing: the log says the same", word, ";")
		for (c in least) print c "|" word[least[c] + 1]
	}' "$tmp/$engine.found" | sort -t "|" -k 1,1 >"$tmp/$engine.table"
done

# The table of the manual: of each column the kinds of edits that are noticed alike.
join -t '|' -a 1 -a 2 -e - -o 0,1.2,2.2 "$tmp/postgresql.table" "$tmp/sqlite.table" >"$tmp/both"
awk -F '|' '{
	name = $1; edit = ""
	if (match($1, /^[a-z_]+\.[a-z_]+: /)) { name = substr($1, 1, RLENGTH - 2); edit = substr($1, RLENGTH + 1) }
	pair = $2 " | " $3
	# only one engine has it
	if (edit != "" && $2 == "-") pair = $3 " | " $3
	if (edit != "" && $3 == "-") pair = $2 " | " $2
	if (!((name, pair) in edits)) order[++n] = name SUBSEP pair
	edits[name, pair] = edits[name, pair] (edits[name, pair] != "" ? ", " : "") edit
	kinds[name]++; if (!seen[name, pair]++) pairs[name]++
} END {
	for (i = 1; i <= n; i++) {
		split(order[i], part, SUBSEP)
		name = part[1]
		if (name ~ /^[a-z_]+\.[a-z_]+$/) name = "`" name "`: " (pairs[name] == 1 ? "any edit" : edits[part[1], part[2]])
		else sub(/^[a-z_]+/, "`&`", name)
		if (part[1] !~ /^audit/) name = part[1]
		print "| " name " | " part[2] " |"
	}
}' "$tmp/both" | sort >"$tmp/rows"
printf '| %s | %s | %s |\n' change PostgreSQL SQLite --- --- --- | cat - "$tmp/rows" >"$tmp/table"
sed -n '/<!-- tamper: begin -->/,/<!-- tamper: end -->/p' doc/audit.md | grep '^| ' >"$tmp/written" || true
if [ "${1-}" = --accept ]; then
	awk -v table="$tmp/table" '/<!-- tamper: end -->/ { skips = 0; while ((getline line <table) > 0) print line; print "" }
		!skips { print }
		/<!-- tamper: begin -->/ { skips = 1; print "" }' doc/audit.md >"$tmp/doc"
	cat "$tmp/doc" >doc/audit.md
	for engine in postgresql sqlite; do
		awk -F '|' '$2 == "nothing" || $2 ~ /file/ { print $1 }' "$tmp/$engine.table" | sort >"${0%.sh}_$engine.txt"
	done
elif [ -n "${DBCARE_WHOLE-}" ]; then
	is "$(cat "$tmp/written")" "$(cat "$tmp/table")" 'the manual says what notices which change'
fi
for engine in postgresql sqlite; do
	is "$(awk -F '|' '$2 == "nothing" || $2 ~ /file/ { print $1 }' "$tmp/$engine.table" | sort |
		comm -23 - <(sort "${0%.sh}_$engine.txt"))" '' "$engine: nothing more goes unnoticed than the manual says"
done
finish
