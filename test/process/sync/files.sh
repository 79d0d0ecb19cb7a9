#!/bin/bash
# dbsync_export and dbsync_compare: a file of one engine compared on the other,
# differences down to the row, damaged files, privileges.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
# the server writes there, too
out=$tmp/out
mkdir "$out"
chmod 777 "$out"

# The tables of both engines.
fill()
{
	cat <<-'END'
		create table big (id integer primary key, name text, amount int, price numeric(10, 2), made timestamp);
		with recursive s(i) as (select 1 union all select i + 1 from s where i < 20000)
		insert into big select i * 3, 'n' || i, i % 7, i % 1001 / 100.0, '2026-01-02 03:04:05' from s;
		create table "by Name" (name varchar(40) primary key, v int);
		insert into "by Name" select name, amount from big;
		create table bag (a int, b text);
		insert into bag select amount, 'x' from big where id <= 3000;
		create table pair (a int, b text, v int, primary key (a, b));
		insert into pair select amount, name, id from big where id <= 15000;
		create table empty (id integer primary key);
	END
}

# Changes rows of each.
change()
{
	cat <<-'END'
		update big set name = 'changed' where id in (3, 30000, 59997);
		delete from big where id = 6;
		insert into big values (-7, 'new', 1, 0, null), (1000000, 'new', 2, 0, null);
		update "by Name" set v = 100 where name in ('n5', 'n77');
		delete from "by Name" where name = 'n19000';
		insert into "by Name" values ('it''s "new"', 1);
		insert into bag values (3, 'x'), (9, 'z');
		delete from bag where a = 6;
		update pair set v = 0 where a = 3 and b = 'n10';
		create table added (a int);
		insert into added values (1);
		drop table empty;
	END
}

# compare ENGINE PATH [OPTIONS]: rows that differ
compare()
{
	"$1" shop <<<"select replace(table_name, 'public.', ''), only_here, only_there, different, sample_keys from dbsync_compare('$2'${3+, '$3'});" 2>&1 | sed 's/ $//' || true
}

nothing='"by Name" 0 0 0
bag 0 0 0
big 0 0 0
empty 0 0 0
pair 0 0 0'
for engine in postgresql sqlite; do
	"${engine}_new" shop
	fill | "$engine" shop
	like "$("$engine" shop <<<"select dbsync_export('$out/$engine');")" '"rows": 46000' "$engine: rows are written"
	is "$(stat -c %a "$out/$engine")" 600 "$engine: for the owner alone"
	like "$("$engine" shop <<<"select dbsync_export('$out/$engine');" 2>&1 || true)" 'exists' "$engine: a file is not replaced"
	chmod 644 "$out/$engine"
done
for engine in postgresql sqlite; do
	for from in postgresql sqlite; do
		is "$(compare $engine "$out/$from" | sort)" "$nothing" "$engine: a file of $from is equal"
	done
done
for engine in postgresql sqlite; do
	change | "$engine" shop
	for from in postgresql sqlite; do
		is "$(compare $engine "$out/$from" | sort)" '"by Name" 1 1 2 {"different": ["n5", "n77"], "only_here": ["it'\''s \"new\""], "only_there": ["n19000"]}
added 1 0 0
bag 2 143 0
big 2 1 3 {"different": [3, 30000, 59997], "only_here": [-7, 1000000], "only_there": [6]}
empty 0 0 0
pair 0 0 1 {"different": [{"a": 3, "b": "n10"}]}' "$engine: differences to a file of $from"
	done
	is "$(compare $engine "$out/$engine" '{"tables": ["pair", "added"]}')" 'pair 0 0 1 {"different": [{"a": 3, "b": "n10"}]}
added 1 0 0' "$engine: of chosen tables"
	"$engine" shop <<<'update big set amount = amount + 1; alter table pair add column w int;'
	like "$(compare $engine "$out/sqlite" '{"tables": ["big"]}')" '^big 2 1 19999 ' "$engine: a table that differs in all rows"
	like "$(compare $engine "$out/sqlite")" 'table .*pair and the file have different columns.*The file does not have: w' "$engine: other columns"
done

# ---- damaged files ----

sqlite_new small
sqlite small <<<"create table t (id integer primary key, a, b); insert into t values (1, 'x', null), (2, 2.5, x'00'), (3, -1, 'y');
	create table k (n text primary key); insert into k values ('a'), ('b'); select dbsync_export('$out/small');" >"$tmp/made"
sqlite small <<<"update t set a = 5 where id = 1; insert into k values ('c');"
perl -e 'local $/; open F, "<", $ARGV[0]; my $good = <F>; my $n = 0;
	sub put { open G, ">", "$ARGV[1]." . $n++; print G $_[0]; close G }
	for my $i (0 .. length($good) - 1) { for my $bit ($ARGV[2] ? (1, 128) : (1)) { my $bad = $good; substr($bad, $i, 1) ^= chr($bit); put($bad) } }
	for my $i (0 .. length($good) - 1) { put(substr($good, 0, $i)) }
	put($good . "x"); put("x" x 100000); put("\xff" x 100000); print $n' "$out/small" "$out/bad" "${DBCARE_WHOLE-}" >"$tmp/count"
for ((i = 0; i < $(cat "$tmp/count"); i++)); do
	echo "select * from dbsync_compare('$out/bad.$i');"
done >"$tmp/script"
echo "select 'alive';" >>"$tmp/script"
sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/small.db" <"$tmp/script" >"$tmp/answers" 2>&1 || true
is "$(tail -1 "$tmp/answers")" alive 'files with one bit changed, or cut off, leave the process alive'
is "$(grep -vcE 'cannot be used: |^alive' "$tmp/answers")" 0 '... are refused in words'
is "$(grep -cE 'cannot be used: ' "$tmp/answers")" "$(cat "$tmp/count")" '... each of them'

# ---- privileges ----

postgresql shop <<<'create role clerk login; grant execute on all routines in schema public to clerk; grant select on all tables in schema public to clerk;'
as_clerk() { PGUSER=clerk postgresql shop <<<"$1" 2>&1 || true; }
like "$(as_clerk "select * from dbsync_compare('$out/sqlite');")" 'permission denied to read file' 'reading needs a privilege'
like "$(as_clerk "select dbsync_export('$out/mine');")" 'permission denied to write file' 'so does writing'
postgresql shop <<<'grant pg_read_server_files to clerk;'
like "$(as_clerk "select * from dbsync_compare('$out/sqlite', '{\"tables\": [\"bag\"]}');")" 'bag' 'with it the file is read'
like "$(as_clerk "select * from dbsync_compare('relative');")" 'not an absolute path' 'paths are absolute'
for engine in postgresql sqlite; do
	like "$(compare $engine "$out/none")" 'does not exist' "$engine: no such file"
	ln -sf "$out/sqlite" "$out/link"
	like "$(compare $engine "$out/link")" 'link' "$engine: links are not followed"
	like "$(compare $engine "$out")" 'not a regular file' "$engine: a directory is no file"
done
finish
