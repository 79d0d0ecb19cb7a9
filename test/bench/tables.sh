# The part of run.sh about many tables: reports of both levels against what the engine needs
# to read its catalogs once, the page, the state of archived tables, and archiving one of them.
# All in time of the processor.
# shellcheck shell=bash disable=SC2154

# Tables whose deleted rows are kept, of which dbarchive_status() takes half a
# millisecond each.
kept_tables=${KEPT_TABLES:-1000}

catalogs=$(printf "copy pg_catalog.%s to '/dev/null';\n" pg_class pg_attribute pg_index pg_constraint)

postgres_catalogs() { CPU=1 in_postgres "$catalogs"; }

# ... and the schema of SQLite: its columns, those of indexes, and foreign keys
sqlite_schema()
{
	CPU=1 in_sqlite "select * from sqlite_schema;
		select c.* from sqlite_schema as s, pragma_table_xinfo(s.name) as c where s.type = 'table';
		select c.* from sqlite_schema as s, pragma_index_list(s.name) as i, pragma_index_xinfo(i.name) as c where s.type = 'table';
		select c.* from sqlite_schema as s, pragma_foreign_key_list(s.name) as c where s.type = 'table';"
}

for name in report full page; do
	for engine in postgres sqlite; do
		eval "${engine}_cpu_$name() { CPU=1 ${engine}_${name}_inside; }"
	done
done

# Sets db to a copy of one with n tables whose deleted rows are kept.
postgres_kept()
{
	local base=kept_$n

	db=$base
	! createdb -T bench "$db" 2>"$work/out" || make_kept postgres
	databases=$((databases + 1))
	db=bench_$databases
	createdb -T "$base" "$db"
}

sqlite_kept()
{
	local base=$work/kept_$n.db

	db=$base
	[ -f "$db" ] || make_kept sqlite
	databases=$((databases + 1))
	db=$work/bench_$databases.db
	cp "$base" "$db"
}

make_kept()
{
	awk -v n="$n" -f test/bench/tables.awk | "on_$1" >"$work/out"
	# the parents first, a session for each hundred
	seq 0 $((n - 1)) | sed "s/.*/select dbarchive_enable('data_&') is null;/" | split -l 100 - "$work/enable."
	for script in "$work"/enable.*; do
		"on_$1" <"$script" >"$work/out"
	done
	rm "$work"/enable.*
}

archive_status='select count(*) from dbarchive_status();'
enable_again="select dbarchive_enable('data_5') is null;"
for engine in postgres sqlite; do
	eval "${engine}_archive_status() { ${engine}_kept; CPU=1 in_$engine \"\$archive_status\"; }
		${engine}_enable_again() { ${engine}_kept; CPU=1 in_$engine \"\$enable_again\"; }
		${engine}_enable_of_ten() { local n=10; ${engine}_enable_again; }"
done

part_tables()
{
	local n engine floor

	head_line
	for n in 1000 10000; do
		postgres_tables
		compare "PostgreSQL: report, $n tables / four catalogs" 8 postgres_cpu_report postgres_catalogs
		compare "PostgreSQL: level full, $n tables / the same" 40 postgres_cpu_full postgres_catalogs
		sqlite_tables
		compare "SQLite: report, $n tables / reading the schema" 5 sqlite_cpu_report sqlite_schema
		compare "SQLite: level full, $n tables / the same" 15 sqlite_cpu_full sqlite_schema
	done
	for engine in postgres sqlite; do
		compare "$(title_of $engine): page, $n tables / level full" 1.2 "${engine}_cpu_page" "${engine}_cpu_full"
	done
	n=$kept_tables
	for engine in postgres sqlite; do
		against_goal "$(title_of $engine): state of $n archived tables" $((n / 2)) "${engine}_archive_status"
		compare "$(title_of $engine): archiving one of $n / one of 10" 2 "${engine}_enable_again" "${engine}_enable_of_ten"
	done
}
