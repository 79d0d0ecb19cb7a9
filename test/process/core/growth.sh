#!/bin/bash
# [SQLite] No embedded statement reads the schema again and again: with four times as many
# tables, all of which are kept, logged, held and under a policy, it takes about four times as
# many steps.  What a call about one table, or one row, does for others is limited, too.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

"${CC:-cc}" -std=c11 -I. -o "$tmp/growth" test/process/core/growth.c sqlite_ext/embedded_sql.c -lsqlite3

# tables N: some have children, marked rows, or rows that are held.
tables()
{
	echo 'pragma foreign_keys = on; begin;'
	seq "$1" | awk '{
		mode = $1 % 4 == 0 ? "flag" : "trash"
		print "create table item_" $1 " (id integer primary key, label text, at text, parent_id integer references item_" \
			($1 % 2 ? $1 : $1 - 1) " on delete cascade, other_id integer references item_" $1 " on delete set null);"
		print "insert into item_" $1 " (id, label, at) values (1, \047a\047, \0472020-01-01\047), (2, \047b\047, \0472020-01-01\047);"
	}'
	echo 'commit;'
	seq "$1" | awk '{
		mode = $1 % 4 == 0 ? "flag" : "trash"
		print "select dbarchive_enable(\047item_" $1 "\047, \047{\"mode\": \"" mode "\"}\047) is null;"
		print "select dbaudit_enable(\047item_" $1 "\047, \047{\"mask\": [\"label\"]}\047) is null;"
		print "select dbarchive_policy(\047item_" $1 "\047, \047{\"timestamp_column\": \"at\", \"archive_after_days\": 10, \"purge_deleted_after_days\": 3}\047) is null;"
		print "delete from item_" $1 " where id = 2;"
		if (mode == "trash") print "select dbarchive_hold(\047item_" $1 "\047, 1, \047case\047) is null;"
	}'
}

for n in 15 60; do
	tables $n | "${sqlite_shell[@]}" "$tmp/$n.db" >"$tmp/made"
done
is "$("$tmp/growth" "$PWD/sqlite_ext/dbcare.so" "$tmp/15.db" "$tmp/60.db")" 'most have run' \
	'no statement takes more than about four times as long with four times as many tables'

# tables that nothing was done with, more of them, with indexes
for n in 100 400; do
	{
		echo 'begin;'
		seq "$n" | awk '{
			print "create table item_" $1 " (id integer primary key, label text, parent_id integer references item_" $1 ");"
			print "create index item_" $1 "_label on item_" $1 " (label);"
		}'
		echo 'commit; select dbcare_install() is null;'
	} | "${sqlite_shell[@]}" "$tmp/$n.db" >"$tmp/made"
done
is "$("$tmp/growth" "$PWD/sqlite_ext/dbcare.so" "$tmp/100.db" "$tmp/400.db")" 'most have run' \
	'... nor with four times as many indexes'

# calls FEW MANY CALL ...: the calls, with the steps that they take in both databases.
calls()
{
	local few=$1 many=$2

	shift 2
	"$tmp/growth" "$PWD/sqlite_ext/dbcare.so" "$few" "$many" "$@"
}

is "$(calls "$tmp/15.db" "$tmp/60.db" "create table fresh (id integer primary key); select dbarchive_enable('fresh')" |
	awk '{ each = ($2 - $1) / 45; print ($1 > 0 && each < 4000 ? "few" : each) }')" few \
	'dbarchive_enable() does little for each other table'
is "$(calls "$tmp/15.db" "$tmp/60.db" 'select count(*) from dbarchive_status' | awk '{ print ($1 > 0 && $2 < 4.5 * $1 ? "few" : $0) }')" few \
	'dbarchive_status() does not read the holds of all tables for each'
# policies N: so many tables whose deleted rows are purged; transactions of dbarchive_apply() are its
# own
policies()
{
	seq "$1" | awk '{
		print "create table item_" $1 " (id integer primary key); select dbarchive_enable(\047item_" $1 "\047) is null;"
		print "select dbarchive_policy(\047item_" $1 "\047, \047{\"purge_deleted_after_days\": 3}\047) is null;"
	}'
}

for n in 10 40; do
	policies $n | "${sqlite_shell[@]}" "$tmp/policies.$n" >"$tmp/made"
done
is "$(calls "$tmp/policies.10" "$tmp/policies.40" "commit; select dbarchive_apply('{\"confirm\": \"yes\"}')" |
	awk '{ print ($1 > 0 && $2 < 5 * $1 ? "once" : $0) }')" once \
	'dbarchive_apply() follows the schema once for all policies'

# rows N: so many deleted rows of one table, and a row of another one that is held.
rows()
{
	echo "create table item (id integer primary key); create table other (id integer primary key);
		insert into item with recursive s(i) as (select 1 union all select i + 1 from s where i < $1) select i from s;
		insert into other values (1), (2); select dbarchive_enable('item') is null, dbarchive_enable('other') is null;
		delete from item; select dbarchive_hold('other', 1, 'case') is null;"
}

for n in 100 1000; do
	rows $n | "${sqlite_shell[@]}" "$tmp/rows.$n" >"$tmp/made"
done
is "$(calls "$tmp/rows.100" "$tmp/rows.1000" "select dbops_delete('other', '{\"id\": 2}')" | awk '{ print ($1 > 0 && $2 < $1 + 900 ? "none" : $0) }')" none \
	'the deletion of a row where another one is held does not read the trash'

# holds N: so many held rows of a table
holds()
{
	echo "create table item (id integer primary key); select dbarchive_enable('item') is null;
		insert into item with recursive s(i) as (select 1 union all select i + 1 from s where i <= $1) select i from s;"
	seq "$1" | awk '{ print "select dbarchive_hold(\047item\047, " $1 ", \047case\047) is null;" }'
}

for n in 50 250; do
	holds $n | "${sqlite_shell[@]}" "$tmp/holds.$n" >"$tmp/made"
done
is "$(calls "$tmp/holds.50" "$tmp/holds.250" "select dbops_delete('item', '{\"id\": {\"gt\": 250}}')" |
	awk '{ each = ($2 - $1) / 200; print ($1 > 0 && each < 1500 ? "together" : each) }')" together \
	'held rows are looked for together'

# copies of a value of 10 MB in the most memory that a call needs
large="replace(hex(zeroblob(400000)), '00', 'abcdefghijklmnopqrstuvwxy')"
"${sqlite_shell[@]}" "$tmp/value.db" >"$tmp/made" <<-END
	create table item (id integer primary key, note text); insert into item values (1, $large), (2, $large);
	select dbaudit_enable('item') is null, dbarchive_enable('item') is null;
	begin; select dbaudit_actor('deleting') is null; delete from item where id = 1; commit;
	begin; select dbaudit_actor('updating') is null; update item set note = 'x' || note where id = 2; commit;
END
copies()
{
	cp "$tmp/value.db" "$tmp/copy.db"
	"${sqlite_shell[@]}" "$tmp/copy.db" '.stats on' "$1" |
		awk -v most="$2" '/^Memory Used:/ { sub(/.*max /, ""); copies = $1 / 1e7 }
			END { print (copies > 1 && copies < most ? "few" : copies) }'
}

is "$(copies 'select dbarchive_restore_batch(1) is null' 4)" few 'a large value is restored with few copies of it'
is "$(copies "select dbaudit_undo(null, '{\"actor\": \"deleting\", \"since\": \"2000-01-01\"}') is null" 8)" few \
	'a large value is undone with few copies of it'
is "$(copies "select dbaudit_undo(null, '{\"actor\": \"updating\", \"since\": \"2000-01-01\"}') is null" 15)" few \
	'... and both of an update'

# undone_bytes N: the most memory that an undo of so many deletions needs
undone_bytes()
{
	"${sqlite_shell[@]}" "$tmp/undone.$1" <<-END >"$tmp/made"
		create table item (id integer primary key, note text);
		insert into item with recursive s(i) as (select 1 union all select i + 1 from s where i < $1) select i, 'note ' || i from s;
		select dbaudit_enable('item') is null;
		begin; select dbaudit_actor('updating') is null; update item set note = note || 'x'; commit;
	END
	"${sqlite_shell[@]}" "$tmp/undone.$1" '.stats on' "select dbaudit_undo(null, '{\"actor\": \"updating\", \"since\": \"2000-01-01\"}') is null" |
		awk '/^Memory Used:/ { sub(/.*max /, ""); print $1 }'
}

is "$(awk -v few="$(undone_bytes 20000)" -v many="$(undone_bytes 60000)" 'BEGIN { each = (many - few) / 40000; print (few > 0 && each < 64 ? "none" : each) }')" none \
	'an undo needs no memory for each row'
finish
