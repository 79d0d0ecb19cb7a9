#!/bin/bash
# The file outside the database that has the roots of seals: a log that was
# truncated or replaced as a whole is found, and the file is not misused.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

anchor=$tmp/anchor
mkdir "$anchor"
chmod 777 "$anchor"
start_server server "dbcare.audit_anchor_file='$anchor/postgresql'"
tables=(audit_entry audit_seal)

# verified: the findings of dbaudit_verify() with the file.
verified()
{
	"$engine" log <<<"select finding, coalesce(cast(seal_id as text), '-'), message
		from dbaudit_verify('{\"anchor\": \"$anchor/$engine\"}');" | sed "s|$tmp|TMP|"
}

sealed()
{
	"$engine" log <<<"select 'seal ' || (dbaudit_seal() ->> 'seal_id');"
}

for engine in postgresql sqlite; do
	file=$anchor/$engine
	prefix=dbcare.
	[ "$engine" = postgresql ] || prefix=dbcare_
	"${engine}_new" log
	[ "$engine" = postgresql ] || sqlite log >"$tmp/made" <<<"select dbcare_set('audit_anchor_file', '$file');"
	"$engine" log >"$tmp/made" <<-'END'
		create table t (id integer primary key, name text);
		select dbaudit_enable('t');
		insert into t values (1, 'a');
	END
	sealed >"$tmp/made"
	"$engine" log <<<"insert into t values (2, 'b');"
	sealed >"$tmp/made"
	is "$(sed 's/"root": "[0-9a-f]*"/"root": "…"/' "$file")" $'{"seal": 1, "root": "…"}\n{"seal": 2, "root": "…"}' "$engine: each seal appends a line"
	is "$(stat -c %a "$file")" 600 "$engine: only its owner reads the file"
	is "$(tail -n 1 "$file" | sed 's/.*"root": "\(.*\)"}/\1/')" "$("$engine" log <<<"select root from ${prefix}audit_seal where seal_id = 2;")" \
		"$engine: ... with its root"
	is "$(verified)" '' "$engine: the log is the one of the file"
	sealed >"$tmp/made"
	is "$(wc -l <"$file")" 2 "$engine: a call without new entries appends none"

	# rolled back
	"$engine" log >"$tmp/made" <<<"begin; insert into t values (9, 'x'); select dbaudit_seal() is not null; rollback;"
	is "$(verified)" '' "$engine: a seal that is rolled back is not in the file"

	# the last entries and their seals are removed
	for table in "${tables[@]}"; do
		"$engine" log <<<"create table kept_$table as select * from $prefix$table;"
	done
	"$engine" log <<<"delete from ${prefix}audit_seal where seal_id = 2; delete from ${prefix}audit_entry where row_key = '2';"
	is "$("$engine" log <<<"select count(*) from dbaudit_verify();")" 0 "$engine: a truncated log is valid by itself"
	is "$(verified)" 'root_missing - the file has seal 2, which the log has not: its end was removed' "$engine: ... but not with the file"

	# the whole log is replaced, and sealed anew, where the file cannot be reached
	cp "$file" "$tmp/$engine.safe"
	"$engine" log >"$tmp/made" <<<"delete from ${prefix}audit_seal; update ${prefix}audit_entry set row_key = '7';"
	sealed >"$tmp/made"
	is "$("$engine" log <<<"select count(*) from dbaudit_verify();")" 0 "$engine: a log that was replaced is valid by itself"
	like "$(verified)" 'root_missing 1 the seal is not the one that the file has: the log was written anew' "$engine: ... but is another one than that of the file"
	cat "$tmp/$engine.safe" >"$file"
	is "$(verified)" $'root_missing 1 the seal is not the one that the file has: the log was written anew\nroot_missing - the file has seal 2, which the log has not: its end was removed' \
		"$engine: ... whatever became of the file since"
	"$engine" log <<<"delete from ${prefix}audit_seal;"
	is "$(verified)" 'root_missing - the file has seal 2, which the log has not: its end was removed' "$engine: a log without seals is found"
	for table in "${tables[@]}"; do
		"$engine" log <<<"delete from $prefix$table; insert into $prefix$table select * from kept_$table;"
	done
	is "$(verified)" '' "$engine: with its entries the log is valid again"

	# the file
	printf '{"seal": 3, "ro' >>"$file"
	is "$(verified)" 'anchor_torn - line 3 of the file, the last one, is incomplete: its seal was not compared' "$engine: a torn line is reported"
	cp "$file" "$tmp/$engine.torn"
	sed -i '1s/"root": "..../"root": "0000/' "$file"
	like "$(verified)" 'root_missing 1 the seal is not.*anchor_torn - line 3' "$engine: ... and the others are compared"
	cat "$tmp/$engine.torn" >"$file"
	"$engine" log <<<"insert into t values (3, 'c');"
	sealed >"$tmp/made"
	is "$(sed -n '3,$s/"root": "[0-9a-f]*"/"root": "…"/p' "$file"; wc -l <"$file")" $'{"seal": 3, "root": "…"}\n4' "$engine: the next seal begins a new line"
	is "$(verified)" '' "$engine: ... with which the log is the one of the file"
	sed -i 3d "$file"
	printf '{"seal": 4, "root": "0g' >>"$file"
	like "$(verified)" "line 4 of file \"TMP/anchor/$engine\" is not a seal" "$engine: a line of another sort is named"
	sed -i 4d "$file"
	cp "$file" "$tmp/$engine.whole"
	printf '{"se' >"$file"
	is "$(verified)" 'anchor_torn - line 1 of the file, the last one, is incomplete: its seal was not compared' "$engine: a first line may be torn"
	"$engine" log <<<"insert into t values (16, 'f');"
	is "$(sealed 2>&1; wc -l <"$file")" $'seal 4\n2' "$engine: ... and is no other file"
	cat "$tmp/$engine.whole" >"$file"
	if [ "$engine" = sqlite ]; then
		# a file that cannot grow by a whole line
		line=$(head -n 1 "$file")
		{
			cat "$file"
			yes "$line" | head -c $((1048576 - 200 - $(wc -c <"$file"))) | sed '$d' || true
		} >"$tmp/long"
		printf "%s%$((1048576 - 31 - $(wc -c <"$tmp/long") - ${#line}))s\n" "$line" '' | cat "$tmp/long" - >"$file"
		sqlite log <<<"insert into t values (17, 'g');"
		like "$(trap '' XFSZ; ulimit -f 1024; sealed 2>&1)" 'cannot be written: File too large' "$engine: why a line is torn is in the message"
		like "$(verified)" '^anchor_torn - line' "$engine: ... it is torn"
		cat "$tmp/$engine.whole" >"$file"
	fi
	: >"$tmp/empty"
	cat "$tmp/empty" >"$file"
	like "$(verified)" 'has no seals' "$engine: an empty file proves nothing"
	echo 'root:x:0:0' >"$file.other"
	chmod 666 "$file.other"
	rm "$file"
	ln -s "$file.other" "$file"
	"$engine" log <<<"insert into t values (4, 'd');"
	like "$(sealed 2>&1)" 'cannot be written' "$engine: a link is not followed"
	rm "$file"
	cp "$file.other" "$file"
	chmod 666 "$file"
	"$engine" log <<<"insert into t values (5, 'e');"
	like "$(sealed 2>&1)" 'cannot be written: it has other lines than seals' "$engine: another file is not changed"
	is "$(cat "$file" "$file.other")" $'root:x:0:0\nroot:x:0:0' "$engine: ... at all"
	is "$("$engine" log <<<"select count(*) > 5 from ${prefix}audit_seal;" | tr t 1)" 1 "$engine: the log is sealed anyway"
done

engine=postgresql
postgresql log >"$tmp/made" <<-'END'
	create role auditor login;
	select dbcare_grant('auditor', 'audit');
	select dbcare_grant('auditor', 'admin');
END
like "$(PGUSER=auditor verified || true)" 'permission denied to read file' 'postgresql: the file needs the right to read files of the server'
is "$(PGUSER=auditor postgresql log <<<"set dbcare.audit_anchor_file = '/tmp/x'; select count(*) from dbaudit_verify(); show dbcare.audit_anchor_file;" 2>"$tmp/err" | tail -n 1)" \
	"$anchor/postgresql" 'postgresql: only superusers choose the file'
like "$(postgresql log <<<"select dbcare_set('audit_anchor_file', '/tmp/x')" || true)" 'cannot be stored in the database' '... and not in the database'
postgresql log <<<"insert into dbcare.setting (name, value, changed_by) values ('audit_anchor_file', '$anchor/planted', 'x'); insert into t values (6, 'f');"
sealed >"$tmp/made" 2>&1
is "$(ls "$anchor")" $'postgresql\npostgresql.other\nsqlite\nsqlite.other' '... where a stored one does not count'
finish
