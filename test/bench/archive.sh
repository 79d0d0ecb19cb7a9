# The parts of run.sh that measure deleted rows: deleting one row so that it is
# kept, against a plain DELETE, and purging many, against one DELETE of as many rows
# of a table like the trash; and how the cost of functions that walk rows grows.
# shellcheck shell=bash disable=SC2154

purge_rows=${PURGE_ROWS:-500000}
single_rows=1000

archived_columns='id integer primary key, name text, email text, note text'
archived_values="i, 'name ' || i, 'user' || i || '@example.com', 'some longer note about this row ' || i from s"

# Tables for one-row deletions.
single_tables()
{
	local table mode

	for table in plain trash flag; do
		echo "create table $table ($archived_columns);"
		echo "insert into $table $(series $single_rows) $archived_values;"
	done
	for mode in trash flag; do
		echo "select dbarchive_enable('$mode', '{\"mode\": \"$mode\"}') is not null;"
	done
	# what the first call of a session prepares
	echo "insert into flag (id) values (0); select dbarchive_delete('flag', 0) is not null;"
}

# singles STATEMENT: a script that runs it for each row
singles()
{
	seq $single_rows | sed "s/.*/$1;/"
}

# Rows in the trash, and the same ones in a table like it.
trash_tables()
{
	cat <<-END
		create table item ($archived_columns);
		select dbarchive_enable('item', '{"mode": "trash"}') is not null;
		insert into item $(series "$1") $archived_values;
		delete from item;
	END
}

purge="dbarchive_purge('item', '{\"older_than_days\": 0, \"pause_ms\": 0}')"

postgres_singles()
{
	in_postgres "$(singles "$statement")"
}

sqlite_singles()
{
	in_sqlite "$(singles "$statement")"
}

# one_by_one ENGINE TABLE STATEMENT: milliseconds of single_rows of them
one_by_one()
{
	statement=$3
	"$1_singles"
	echo "$ms" >>"$work/single.$1.$2"
}

postgres_purge()
{
	new_postgres
	trash_tables "$n" | on_postgres -f - >"$work/out"
	on_postgres -c 'create table like_trash (like dbcare.trash including all)' \
		-c 'insert into like_trash select * from dbcare.trash' -c 'vacuum analyze'
	in_postgres "call $purge;"
}

postgres_delete_trash()
{
	in_postgres 'delete from like_trash;'
}

sqlite_purge()
{
	new_sqlite
	{
		echo 'pragma journal_mode = wal;'
		trash_tables "$n"
		echo 'create table like_trash as select * from dbcare_trash where 0; drop table like_trash;'
		sqlite3 ":memory:" -cmd '.load ./sqlite_ext/dbcare' 'select dbcare_install();' \
			"select replace(sql, 'dbcare_trash', 'like_trash') || ';' from sqlite_schema
			where tbl_name = 'dbcare_trash' and sql is not null and type in ('table', 'index') order by type desc" | tail -n +2
		echo 'insert into like_trash select * from dbcare_trash;'
	} >"$work/script"
	on_sqlite <"$work/script" >"$work/out"
	in_sqlite "select $purge;"
}

sqlite_delete_trash()
{
	# with a condition: without one SQLite drops all pages at once
	in_sqlite 'delete from like_trash where trash_id > 0;'
}

# The rows of a policy, and the same ones in a table for doing so by hand.
old_tables()
{
	local table

	for table in old hand hand_archive; do
		echo "create table $table ($archived_columns, made $1);"
	done
	echo "insert into old $(series "$n") ${archived_values% from s}, '2020-01-01' from s;
		insert into hand select * from old;
		select dbarchive_policy('old', '{\"timestamp_column\": \"made\", \"archive_after_days\": 30}') is null;"
}

# New databases with the tables that a function makes, whose times have a type.
postgres_with()
{
	new_postgres
	"$1" timestamptz | on_postgres -f - >"$work/out"
	on_postgres -c 'vacuum analyze'
}

sqlite_with()
{
	new_sqlite
	{
		echo 'pragma journal_mode = wal; pragma synchronous = off;'
		"$1" text
	} >"$work/script"
	on_sqlite <"$work/script" >"$work/out"
}

move="dbarchive_apply('{\"relation\": \"old\", \"pause_ms\": 0}')"

# By hand: following the keys, as many rows in a transaction as a batch has.
postgres_move()
{
	postgres_with old_tables
	CPU=1 in_postgres "call $move;"
}

postgres_move_by_hand()
{
	CPU=1 in_postgres "do \$\$ begin for i in 0..$((n / 2000)) loop
		with gone as (delete from hand where id > i * 2000 and id <= i * 2000 + 2000 and made <= now() - interval '30 days' returning *)
			insert into hand_archive select * from gone; commit; end loop; end \$\$;"
}

sqlite_move()
{
	sqlite_with old_tables
	CPU=1 in_sqlite "select $move;"
}

sqlite_move_by_hand()
{
	CPU=1 in_sqlite "$(seq 0 2000 "$n" | awk '{ w = "id > " $1 " and id <= " $1 + 2000 " and julianday(made) <= julianday(\"now\") - 30"
		print "begin immediate; insert into hand_archive select * from hand where " w "; delete from hand where " w "; commit;" }' | tr '"' "'")"
}

# Marked rows, and the same ones in a table for deleting them by hand.
marked_tables()
{
	echo "create table mark ($archived_columns); select dbarchive_enable('mark', '{\"mode\": \"flag\"}') is null;
		insert into mark (id, name, email, note) $(series "$n") $archived_values;
		update mark set deleted_at = '2020-01-01', deletion_id = 1;
		create table hand ($archived_columns, deleted_at $1);
		insert into hand select id, name, email, note, deleted_at from mark;"
}

purge_marked="dbarchive_purge('mark', '{\"older_than_days\": 0, \"pause_ms\": 0}')"

postgres_purge_marked()
{
	postgres_with marked_tables
	CPU=1 in_postgres "call $purge_marked;"
}

postgres_purge_by_hand()
{
	CPU=1 in_postgres "do \$\$ begin for i in 0..$((n / 10000)) loop
		delete from hand where id > i * 10000 and id <= i * 10000 + 10000 and deleted_at < now(); commit; end loop; end \$\$;"
}

sqlite_purge_marked()
{
	sqlite_with marked_tables
	CPU=1 in_sqlite "select $purge_marked;"
}

sqlite_purge_by_hand()
{
	CPU=1 in_sqlite "$(seq 0 10000 "$n" | awk '{ print "begin immediate; delete from hand where id > " $1 " and id <= " $1 + 10000 " and deleted_at < datetime(); commit;" }')"
}

# Rows whose parents are missing, deleted so that they can be restored.
orphan_tables()
{
	echo "create table parent (id integer primary key); create table orphan (id integer primary key, parent_id integer $1);
		insert into orphan $(series "$n") i, i from s; $2"
}

orphan_repair="select dbarchive_orphans('{\"repair\": true}')"

postgres_orphan_repair()
{
	new_postgres
	orphan_tables '' 'alter table orphan add foreign key (parent_id) references parent not valid;' | on_postgres -f - >"$work/out"
	CPU=1 in_postgres "$orphan_repair;"
}

sqlite_orphan_repair()
{
	new_sqlite
	orphan_tables 'references parent' '' >"$work/script"
	on_plain_sqlite "$work/script" >"$work/out"
	CPU=1 in_sqlite "$orphan_repair"
}

# against_goal NAME MS FUNCTION: the milliseconds of the processor that it takes
against_goal()
{
	for _ in $(seq "$rounds"); do
		CPU=1 "$3"
		echo "$ms $2"
	done >"$work/rows"
	report "$1 / $2 ms" 1 <"$work/rows"
}

title_of()
{
	[ "$1" = postgres ] && echo PostgreSQL || echo SQLite
}

part_archive()
{
	local n=$purge_rows engine

	head_line
	rm -f "$work"/single.*
	for _ in $(seq "$rounds"); do
		for engine in postgres sqlite; do
			"new_$engine"
			single_tables >"$work/script"
			if [ $engine = postgres ]; then
				on_postgres -f "$work/script" >"$work/out"
			else
				on_sqlite 'pragma journal_mode = wal' >"$work/out"
				on_sqlite <"$work/script" >"$work/out"
			fi
			one_by_one $engine plain 'delete from plain where id = &'
			one_by_one $engine trash 'delete from trash where id = &'
			one_by_one $engine flag "select dbarchive_delete('flag', &)"
		done
	done
	for engine in postgres sqlite; do
		paste -d ' ' "$work/single.$engine.trash" "$work/single.$engine.plain" |
			report "$(title_of $engine): DELETE in mode trash / without, 1,000 rows" 1.5
		paste -d ' ' "$work/single.$engine.flag" "$work/single.$engine.plain" |
			report "$(title_of $engine): dbarchive_delete() / DELETE, 1,000 rows" -
	done
	# at least 0.8 of the rows per second
	compare "PostgreSQL: purge $n rows / one DELETE" 1.25 postgres_purge postgres_delete_trash
	compare "SQLite: purge $n rows / one DELETE" 1.25 sqlite_purge sqlite_delete_trash
	n=200000
	compare "PostgreSQL: move $n rows / by hand" 1.25 postgres_move postgres_move_by_hand
	compare "SQLite: move $n rows / by hand" 1.25 sqlite_move sqlite_move_by_hand
	compare "PostgreSQL: purge $n marked rows / by hand" 1.5 postgres_purge_marked postgres_purge_by_hand
	compare "SQLite: purge $n marked rows / by hand" 1.5 sqlite_purge_marked sqlite_purge_by_hand
	n=10000
	against_goal "PostgreSQL: repair $n orphans" 500 postgres_orphan_repair
	against_goal "SQLite: repair $n orphans" 500 sqlite_orphan_repair
	n=20000
	against_goal "PostgreSQL: undo $n rows" 2000 postgres_undo_of_rows
	against_goal "SQLite: undo $n rows" 2000 sqlite_undo_of_rows
}

# ---- deleted and logged rows; n of each, in databases that are made once ----

# Sets db to a database with n rows: deleted ones in the trash and marked, each
# ten of them a batch, and logged ones, each with two entries.
rows_of()
{
	echo "create table item ($archived_columns);
		create table mark ($archived_columns);
		create table logged ($archived_columns);
		create table parent (id integer primary key);
		create table child (id integer primary key, parent_id integer references parent);
		insert into parent values (1);
		select dbarchive_enable('item', '{\"mode\": \"trash\"}') is not null;
		select dbarchive_enable('mark', '{\"mode\": \"flag\"}') is not null;
		select dbaudit_enable('logged') is not null;
		insert into child $(series "$n") i, 1 from s;"
	local table

	for table in item mark logged; do
		echo "insert into $table (id, name, email, note) $(series "$n") $archived_values;"
	done
	echo "update logged set note = 'new';
		update mark set deleted_at = '2020-01-01', deletion_id = 1 + id / 10;"
	seq 1 10 "$n" | awk '{ print "delete from item where id between " $1 " and " $1 + 9 ";" }'
}

postgres_rows()
{
	db=rows_$n
	createdb -T bench "$db" 2>"$work/out" || return 0
	rows_of | on_postgres -f - >"$work/out"
	on_postgres -c 'vacuum analyze'
}

sqlite_rows()
{
	db=$work/rows_$n.db
	[ ! -f "$db" ] || return 0
	{
		echo 'pragma journal_mode = wal; pragma synchronous = off;'
		rows_of
	} >"$work/script"
	on_sqlite <"$work/script" >"$work/out"
}

first_entry="(select cast(logged_at as text) from dbaudit_log('{\"after\": 0, \"limit\": 1}'))"

# A query per function, by the name that part_rows gives it.
declare -A row_queries=(
	[status]='select count(*) from dbarchive_status()'
	[deleted]='select count(*) from dbarchive_deleted()'
	[export]="select count(*) from dbarchive_export_rows('logged')"
	[export_trash]="select count(*) from dbarchive_export_rows('item', '{\"deleted\": true}')"
	[orphans]='select dbarchive_orphans()'
	[log]="select count(*) from dbaudit_log('{\"limit\": 1000000}')"
	[table_as_of]="select count(*) from dbaudit_table_as_of('logged', $first_entry)"
	[history]="select count(*) from dbaudit_history('logged', 5)"
	[as_of]="select dbaudit_as_of('logged', 5, $first_entry)"
	[feed]="select count(*) from dbaudit_log('{\"after\": 0, \"limit\": 100}')"
	[log_last]="select count(*) from dbaudit_log('{\"limit\": 100}')"
	[logged_tables]='select count(*) from dbaudit_tables()'
)
for query in "${!row_queries[@]}"; do
	eval "postgres_$query() { postgres_rows; in_postgres \"\${row_queries[$query]};\"; }
		sqlite_$query() { sqlite_rows; in_sqlite \"\${row_queries[$query]}\"; }"
done

postgres_purge_inside()
{
	new_postgres
	trash_tables "$n" | on_postgres -f - >"$work/out"
	on_postgres -c 'vacuum analyze'
	in_postgres "call $purge;"
}

sqlite_purge_inside()
{
	new_sqlite
	{
		echo 'pragma journal_mode = wal; pragma synchronous = off;'
		trash_tables "$n"
	} >"$work/script"
	on_sqlite <"$work/script" >"$work/out"
	in_sqlite "select $purge;"
}

# new_log ENGINE: a database with n changes that are not sealed
new_log()
{
	"new_$1"
	rows_of | grep -E 'table logged|into logged|dbaudit' >"$work/script"
	"on_$1" <"$work/script" >"$work/out"
}

for query in seal verify; do
	eval "postgres_${query}_inside() { new_log postgres; $([ $query = seal ] || echo 'on_postgres -c "select dbaudit_seal()" >"$work/out";')
			in_postgres 'select count(*) from (select dbaudit_$query()) as q;'; }
		sqlite_${query}_inside() { new_log sqlite; $([ $query = seal ] || echo 'on_sqlite "select dbaudit_seal()" >"$work/out";')
			in_sqlite 'select $([ $query = seal ] && echo 'dbaudit_seal()' || echo 'count(*) from dbaudit_verify()')'; }"
done

part_rows()
{
	local engine title query sizes='1000 3000 10000 30000'

	# shellcheck disable=SC2086
	printf '\n%-34s%9s%9s%9s%9s%8s%8s %6s\n' 'microseconds per row, of' $sizes growth 'of ours' limit
	for engine in postgres sqlite; do
		title=$(title_of $engine)
		for query in status deleted export export_trash orphans log table_as_of verify_inside seal_inside; do
			growth "$title: ${query%_inside}" "${engine}_$query" - 3000 $sizes
		done
		# what is about one row, or the last rows, costs as much for any number
		for query in history feed log_last logged_tables as_of; do
			limit=0.5 growth "$title: $query" "${engine}_$query" - 3000 $sizes
		done
	done
	sizes='10000 30000 100000 1000000'
	# shellcheck disable=SC2086
	printf '\n%-34s%9s%9s%9s%9s%8s%8s %6s\n' 'microseconds per row, of' $sizes growth 'of ours' limit
	for engine in postgres sqlite; do
		growth "$(title_of $engine): purge" "${engine}_purge_inside" - 100000 $sizes
	done
}
