#!/bin/bash
# Databases, files, directories of migrations, and schemas and roles that use
# the extension, whose names need quotes: all is as it is elsewhere.  Tries some
# of the names, in make soak all of them.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

names=('Order Details' "it's" 'a "b"' 'таблица' 'what?' 'no#1' '100% %20' '%s' 'a&b=c' 'back\slash'
	'{object}' select)
mapfile -t names < <(sample 3 "${names[@]}")

# As an identifier, as a string, and as the path in a URI.
identifier()
{
	printf '"%s"' "${1//\"/\"\"}"
}
literal()
{
	printf "'%s'" "${1//\'/\'\'}"
}
in_uri()
{
	printf %s "$1" | od -An -v -tx1 | tr -d '\n' | tr ' ' %
}

# Writes a directory of migrations with such names in it; the last one fails.
write_files()
{
	mkdir "$1"
	echo 'create table "first" (id integer primary key);' >"$1/1_it's \"100%\".up.sql"
	echo 'drop table "first";' >"$1/1_it's \"100%\".down.sql"
	printf 'select 1;\nselect * from nowhere;' >"$1/2_таблица #2?.up.sql"
}

# work NAME DIRECTORY: what a user does with the database of that name.
work()
{
	local object=jsonb_build_object

	[ "$engine" = postgresql ] || object=json_object
	cat <<-END
		select dbmigrate_load($(literal "$2"));
		select version, name from dbmigrate_status();
		select dbmigrate_apply('1');
		select dbmigrate_apply(null, '{"on_error": "report"}');
		select count(*) from dbhealth_checks('{"checks": ["disk_free"]}') where severity <> 'unknown';
		select dbhealth_status('{"level": "full", "categories": ["integrity"]}');
		select dbhealth_ping();
		select dbcare_set('environment', 'production');
		select dbmigrate_rollback(null, $object('confirm', $(literal "$1")));
		select version, state from dbmigrate_status();
		select dbcare_uninstall($object('confirm', $(literal "$1")));
		select count(*) from dbmigrate_history();
		select dbmigrate_load($(literal "$2"));
		select dbmigrate_apply();
	END
}

# at_work NAME DATABASE [DIRECTORY]: does it, and hides the name of the database.
at_work()
{
	work "$1" "${3-$tmp/dir/plain}" | "${engine}_at" "$2" 2>&1 | masked |
		sed -E 's/"database": ("([^"\\]|\\.)*")/"database": ""/'
}

# A database by its own name.
postgresql_at()
{
	PGDATABASE=$1 "${psql_shell[@]}"
}
sqlite_at()
{
	"${sqlite_shell[@]}" "$1"
}

mkdir "$tmp/dir" "$tmp/file"
chmod 755 "$tmp/dir"
for name in plain "${names[@]}"; do
	write_files "$tmp/dir/$name"
done

# ---- SQLite ----

engine=sqlite
at_work plain.db "$tmp/file/plain.db" >"$tmp/usual"
like "$(tail -n 4 "$tmp/usual")" 'line 2 of 2_таблица #2\?\.up\.sql' 'sqlite: all but the last call work'
for name in "${names[@]}"; do
	is "$(at_work "$name" "$tmp/file/$name")" "$(cat "$tmp/usual")" "sqlite: file $name"
	rm "$tmp/file/$name"
	is "$(at_work "$name" "file:$(in_uri "$tmp/file/$name")?cache=private")" "$(cat "$tmp/usual")" \
		"sqlite: file $name as a URI"
	is "$(sqlite_at "$tmp/file/$name" <<<"select json_extract(dbhealth_ping(), '$.database');")" "$name" \
		"sqlite: a database is called $name"
	rm "$tmp/file/$name"
	is "$(at_work "$name" "$tmp/file/$name" "$tmp/dir/$name")" "$(cat "$tmp/usual")" \
		"sqlite: directory $name"
done

# ---- PostgreSQL ----

engine=postgresql
start_server server
postgresql_new plain
at_work plain plain >"$tmp/usual"
like "$(cat "$tmp/usual")" 'line 2 of 2_таблица #2\?\.up\.sql' 'postgresql: all but the last call work'
for name in "${names[@]}"; do
	postgresql postgres <<<"create database $(identifier "$name");"
	postgresql_at "$name" <<<'create extension dbcare'
	is "$(at_work "$name" "$name" "$tmp/dir/$name")" "$(cat "$tmp/usual")" \
		"postgresql: database and directory $name"
	is "$(postgresql_at "$name" <<<"select dbhealth_ping()->>'database';")" "$name" \
		"postgresql: a database is called $name"
done

# The extension in a schema that no path leads to, granted to a role.
postgresql_new granted
{
	echo "$filled_sql"
	# of which the roles know nothing
	echo 'drop table schema_migrations;'
	echo 'create schema work;'
	for name in "${names[@]}"; do
		echo "create schema $(identifier "$name");"
	done
	# the report would count these schemas, but not that of the extension
	echo "select dbcare_set('check_schema_drift_enabled', false) is null;"
} | postgresql granted >"$tmp/made"
# without what the schema of the extension is part of; that schema itself is no drift
without_schema()
{
	masked | sed -E 's/(CREATE EXTENSION amcheck SCHEMA) .*;/\1 ITS;/; /^-- dbmigrate_fingerprint$/ { n; s/.*/HASH/; }
		/^-- dbmigrate_schema$/ { n; s/\{"name": "([^"\]|\\.)*", "type": "schema", "definition": ""\}, |, "fingerprint": "[0-9a-f]*"//g; }' |
		grep -v -e '^dbcare_progress' -e ' drift schema .* was added outside migrations' -e '^schema .* added'
}
read_all postgresql | postgresql granted | without_schema >"$tmp/usual"
for name in "${names[@]}"; do
	schema=$(identifier "$name")
	role=$(identifier "role $name")
	postgresql granted >"$tmp/granted" <<-END || true
		alter extension dbcare set schema $schema;
		create role $role;
		grant usage on schema $schema to $role;
		grant usage, create on schema work to $role;
		select $schema.dbcare_grant($(literal "role $name"), 'migrate') is not null;
	END
	is "$(cat "$tmp/granted")" t "postgresql: rights are granted to role $name"
	is "$(read_all postgresql "$schema." | postgresql granted | without_schema)" "$(cat "$tmp/usual")" \
		"postgresql: READ functions work in schema $name"
	is "$(postgresql granted <<-END
		set role $role;
		begin;
		select $schema.dbmigrate_add('1.5', 'in work', 'create table work.made (id integer)')->>'action';
		select $schema.dbmigrate_apply('1.5', '{"allow_out_of_order": true}')->>'success';
		select role_name from $schema.dbmigrate_history() where version = '1.5' and event = 'apply';
		rollback;
	END
	)" "$(printf 'added\ntrue\nrole %s' "$name")" "postgresql: WRITE functions work in schema $name for that role"
done
finish
