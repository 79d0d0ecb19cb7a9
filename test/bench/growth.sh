# The part of run.sh that measures how the cost of a migration and of a table
# grows with their number.
# shellcheck shell=bash disable=SC2154

page='select length(dbhealth_html());'
health_full="select dbhealth_report('{\"level\": \"full\"}');"

postgres_apply_inside()
{
	new_postgres
	on_postgres -c "$(load postgres)" >"$work/out"
	in_postgres "$apply"
}

postgres_peer_inside()
{
	new_postgres
	in_postgres "begin;
		\\i $work/migrations/postgres.$n.all
		commit;"
}

sqlite_apply_inside()
{
	new_sqlite
	on_sqlite "$(load sqlite)" >"$work/out"
	in_sqlite "$apply"
}

sqlite_peer_inside()
{
	new_sqlite
	in_sqlite "@$work/migrations/sqlite.$n.transaction"
}

# n applied migrations, each of which has a query that verifies it
verified="select count(dbmigrate_add('1' || substr('00000' || i, -5), 'm', 'select 1', null, '{\"verify_sql\": \"select 1\"}')) from"
verify='select count(*) from dbmigrate_verify();'

postgres_verify_inside()
{
	new_postgres
	on_postgres -c "select dbcare_install()" -c "${verified/substr(\'00000\' || i, -5)/lpad(i::text, 5, '0')} generate_series(1, $n) as i" -c "$apply" >"$work/out"
	in_postgres "$verify"
}

sqlite_verify_inside()
{
	new_sqlite
	on_sqlite "select dbcare_install();" >"$work/out"
	on_sqlite "begin; $verified (with recursive s(i) as (select 1 union all select i + 1 from s where i < $n) select i from s); commit; $apply" >"$work/out"
	in_sqlite "$verify"
}

postgres_report_inside()
{
	postgres_tables
	in_postgres "$health"
}

sqlite_report_inside()
{
	sqlite_tables
	in_sqlite "$health"
}

postgres_full_inside()
{
	postgres_tables
	in_postgres "$health_full"
}

sqlite_full_inside()
{
	sqlite_tables
	in_sqlite "$health_full"
}

postgres_page_inside()
{
	postgres_tables
	in_postgres "$page"
}

sqlite_page_inside()
{
	sqlite_tables
	in_sqlite "$page"
}

sqlite_pass_inside()
{
	in_sqlite "$pass"
}

part_growth()
{
	printf '\n%-34s%9s%9s%9s%9s%8s%8s %6s\n' 'microseconds per migration, of' \
		10 100 1000 3000 growth 'of ours' limit
	growth 'PostgreSQL: apply' postgres_apply_inside postgres_peer_inside \
		100 10 100 1000 3000
	growth 'SQLite: apply' sqlite_apply_inside sqlite_peer_inside \
		100 10 100 1000 3000
	growth 'PostgreSQL: verify' postgres_verify_inside - 100 10 100 1000 3000
	growth 'SQLite: verify' sqlite_verify_inside - 100 10 100 1000 3000
	printf '\n%-34s%9s%9s%9s%9s%8s%8s %6s\n' 'microseconds per table, of' \
		10 100 1000 10000 growth 'of ours' limit
	growth 'PostgreSQL: report' postgres_report_inside - \
		1000 10 100 1000 10000
	growth 'SQLite: report' sqlite_report_inside sqlite_pass_inside \
		1000 10 100 1000 10000
	growth 'PostgreSQL: page' postgres_page_inside - 1000 10 100 1000 10000
	growth 'SQLite: page' sqlite_page_inside sqlite_pass_inside \
		1000 10 100 1000 10000
	# ten times the tables may cost twelve times as much
	limit=1.2 growth 'PostgreSQL: report, level full' postgres_full_inside - \
		1000 10 100 1000 10000
	limit=1.2 growth 'SQLite: report, level full' sqlite_full_inside \
		sqlite_pass_inside 1000 10 100 1000 10000
}
