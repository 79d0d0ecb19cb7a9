# The part of run.sh that looks at migrations: 1,000 of them in one call, against
# one process of squawk over the same files.
# shellcheck shell=bash disable=SC2154

# Finds squawk, or fetches it from npm for this run; squawk stays empty if there
# is none.
find_squawk()
{
	squawk=$(command -v squawk || true)
	if [ -z "$squawk" ] && command -v npm >/dev/null &&
		npm install --silent --no-audit --no-fund --prefix "$work/npm" squawk-cli \
			>"$work/out" 2>&1; then
		# the program itself, without the script around it that starts it
		squawk=$(find "$work/npm/node_modules/@squawk-cli" -name squawk -type f)
	fi
}

# Writes the files of n migrations as one JSON object, and as the statement that
# looks at it.
make_lint_files()
{
	local engine files

	make_migrations "$n"
	for engine in postgres sqlite; do
		files=$work/migrations/$engine.$n
		sqlite3 :memory: "
			select json_group_object(substr(name, length('$files/') + 1),
				cast(data as text))
			from fsdir('$files') where name like '%.sql'" >"$files.json"
		sqlite3 :memory: "
			select format('select count(*) from dbmigrate_lint(%Q);',
				readfile('$files.json'))" >"$files.lint"
	done
}

postgres_lint()
{
	elapsed on_postgres -c "select * from dbmigrate_lint(
		pg_read_file('$work/migrations/postgres.$n.json'))"
}

# It fails where it finds something, as it shall.
postgres_squawk()
{
	elapsed find_all "$work/migrations/postgres.$n"/*.sql
}

find_all()
{
	"$squawk" "$@" 2>&1 || true
}

postgres_lint_inside()
{
	new_postgres
	in_postgres "\\i $work/migrations/postgres.$n.lint"
}

sqlite_lint_inside()
{
	new_sqlite
	in_sqlite "@$work/migrations/sqlite.$n.lint"
}

# A script that looks at n files, one at a time.
make_lint_scripts()
{
	local engine file

	for engine in postgres sqlite; do
		for file in "$work/migrations/$engine.$n"/*.sql; do
			echo "select format('select count(*) from dbmigrate_lint(%Q);', readfile('$file'));"
		done | sqlite3 :memory: >"$work/migrations/$engine.$n.each"
	done
}

postgres_lint_each()
{
	new_postgres
	CPU=1 in_postgres "\\i $work/migrations/postgres.$n.each"
}

sqlite_lint_each()
{
	new_sqlite
	CPU=1 in_sqlite "@$work/migrations/sqlite.$n.each"
}

postgres_cpu_peer() { CPU=1 postgres_peer_inside; }
sqlite_cpu_peer() { CPU=1 sqlite_peer_inside; }

part_lint()
{
	local n squawk

	for n in 1000 4000; do
		make_lint_files
	done
	n=1000
	find_squawk
	head_line
	if [ -n "$squawk" ]; then
		new_postgres
		compare 'PostgreSQL: lint of 1,000 / squawk' 1 postgres_lint postgres_squawk
	else
		echo 'there is no squawk: lint is compared with nothing'
	fi
	make_lint_scripts
	compare "PostgreSQL: lint of $n, a file at a time / psql" 4 postgres_lint_each postgres_cpu_peer
	compare "SQLite: lint of $n, a file at a time / sqlite3" 20 sqlite_lint_each sqlite_cpu_peer
	printf '\n%-34s%9s%9s%8s%8s %6s\n' 'microseconds per migration, of' \
		1000 4000 growth 'of ours' limit
	growth 'PostgreSQL: lint' postgres_lint_inside - 1000 1000 4000
	growth 'SQLite: lint' sqlite_lint_inside sqlite_peer_inside 1000 1000 4000
}
