# The part of run.sh that deploys: a transaction for each migration, against dbmate
# or one program per file.
# shellcheck shell=bash disable=SC2154

# Finds dbmate, or fetches it from npm for this run; dbmate stays empty if there
# is none.
find_dbmate()
{
	dbmate=$(command -v dbmate || true)
	if [ -z "$dbmate" ] && command -v npm >/dev/null &&
		npm install --silent --no-audit --no-fund --prefix "$work/npm" dbmate \
			>"$work/out" 2>&1; then
		dbmate=$work/npm/node_modules/.bin/dbmate
	fi
}

# The same files as dbmate wants them.
make_dbmate_files()
{
	local engine file

	for engine in postgres sqlite; do
		mkdir -p "$work/dbmate/$engine"
		for file in "$work/migrations/$engine.$n"/*.sql; do
			{
				echo '-- migrate:up'
				cat "$file"
				echo '-- migrate:down'
			} >"$work/dbmate/$engine/${file##*/}"
		done
	done
}

deploy='dbmigrate_deploy();'

postgres_deploy()
{
	new_postgres
	elapsed on_postgres -c "$(load postgres)" -c "call $deploy"
}

postgres_dbmate()
{
	new_postgres
	elapsed "$dbmate" --url "postgres://$PGUSER@/$db?socket=$PGHOST" \
		--migrations-dir "$work/dbmate/postgres" --no-dump-schema migrate
}

# One program per file, each in a transaction.
postgres_files()
{
	local file

	for file in "$work/migrations/postgres.$n"/*.sql; do
		on_postgres -1 -f "$file"
	done
}

postgres_one_by_one()
{
	new_postgres
	elapsed postgres_files
}

# synchronous is what dbmate's driver sets.
sqlite_deploy()
{
	new_sqlite
	elapsed on_sqlite 'pragma synchronous = normal' "$(load sqlite)" "select $deploy"
}

sqlite_dbmate()
{
	new_sqlite
	elapsed "$dbmate" --url "sqlite:$db" \
		--migrations-dir "$work/dbmate/sqlite" --no-dump-schema migrate
}

part_deploy()
{
	local n=1000

	find_dbmate
	head_line
	if [ -z "$dbmate" ]; then
		compare 'PostgreSQL: load and deploy 1,000 / psql each' 1 \
			postgres_deploy postgres_one_by_one
		return
	fi
	make_dbmate_files
	compare 'PostgreSQL: load and deploy 1,000 / dbmate' 1 \
		postgres_deploy postgres_dbmate
	compare 'SQLite: load and deploy 1,000 / dbmate' 1 \
		sqlite_deploy sqlite_dbmate
}
