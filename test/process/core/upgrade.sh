#!/bin/bash
# Tables of dbcare that older versions have made: they are read as they are, and
# upgraded by the first call that writes what they lack.  test/old has databases
# as dumps, made by its make.sh; they have three migrations applied and one pending.
. "$(dirname "$0")/../../lib.sh"

postgresql_call=call
sqlite_call=select
newest=$(sed -n 's/^#define DBC_TABLES_VERSION //p' common/core/tables.h)

# restore ENGINE VERSION: database old is as that version has left it.
restore()
{
	if [ "$1" = sqlite ]; then
		sqlite_new old
		sqlite3 "$tmp/old.db" <"test/old/$2.sqlite.sql"
		return
	fi
	dropdb --if-exists old
	createdb old
	psql -qX -v ON_ERROR_STOP=1 -d old -f "test/old/$2.postgresql.sql" >"$tmp/made" 2>&1
	postgresql old <<<'create extension dbcare; grant create on schema public to mig;
		grant usage on schema public to mig'
}

# version_of ENGINE: of the tables.
version_of()
{
	local table=dbcare.bookkeeping

	[ "$1" = postgresql ] || table=dbcare_bookkeeping
	"$1" old <<<"select max(version) from $table"
}

start_server server
psql -qX -d postgres -c 'create role mig login' -c 'create role adm login'

for engine in postgresql sqlite; do
	for dump in test/old/*."$engine".sql; do
		version=$(basename "$dump" ".$engine.sql")
		of="$engine, version $version"
		call=${engine}_call
		restore "$engine" "$version"
		is "$("$engine" old <<-'END'
			select count(*) from dbmigrate_status();
			select count(*) from dbmigrate_history();
			select count(*) from dbmigrate_verify();
			select case when dbhealth_report() is not null then 1 end;
		END
		)" "$(printf '%s\n' 4 9 0 1)" "$of: READ functions work"
		for function in apply rollback; do
			like "$("$engine" old <<<"select dbmigrate_$function(null, '{\"dry_run\": true}')")" \
				'"success": true' "$of: dry run of $function"
		done
		is "$(version_of "$engine")" "$version" "$of: READ functions do not upgrade the tables"
		calls=('select dbmigrate_apply()')
		case $version in
			1 | 5) calls+=("select dbmigrate_apply(null, '{\"on_error\": \"report\"}')" \
				'select dbmigrate_rollback()' "${!call} dbmigrate_deploy()" "select dbmigrate_baseline('4')") ;;
		esac
		for sql in "${calls[@]}"; do
			restore "$engine" "$version"
			"$engine" old <<<"$sql" >"$tmp/answer" || true
			is "$(version_of "$engine"; "$engine" old <<<'select count(*) from dbmigrate_history(); select count(*) from dbmigrate_verify()')" \
				"$(printf '%s\n' "$newest" 10 0)" "$of: $sql logs and upgrades"
		done
		restore "$engine" "$version"
		"$engine" old <<<"select dbcare_install()" >"$tmp/answer" || true
		case $version in
			1) stored='^$' ;;
			[2-6]) stored='ERROR: .*the stored schema is incomplete' ;;
			*) stored='"fingerprint": ' ;;
		esac
		like "$("$engine" old <<<'select dbmigrate_snapshot()' 2>&1 | sed 's/.*dbcare: /ERROR: /')" "$stored" "$of: a stored schema without details is refused"
		is "$("$engine" old <<<"select dbmigrate_repair('{\"accept_drift\": true}') ->> 'accepted_drift';
			select count(*) from dbmigrate_drift();
			select coalesce(dbmigrate_snapshot() ->> 'fingerprint', dbmigrate_fingerprint()) = dbmigrate_fingerprint()" | tr t 1)" \
			"$(printf '%s\n' '[]' 0 1)" "$of: repair stores it again"
		name=old
		[ "$engine" = postgresql ] || name=old.db
		restore "$engine" "$version"
		like "$("$engine" old <<<"select dbcare_uninstall('{\"confirm\": \"$name\"}')")" \
			'"history": 9' "$of: is uninstalled"
	done
	is "$(restore "$engine" 5; "$engine" old <<<'select count(*) from one; select dbcheck_undo(1) is not null; select count(*) from one' | tr t 1)" \
		"$(printf '%s\n' 0 1 1)" "$engine: a repair of version 5 is undone"
done

# ---- roles that may not upgrade ----

restore postgresql 5
refused='ERROR:  dbcare.s tables must be upgraded first
DETAIL:  The tables have version 5, this library needs version '"$newest"': permission denied for schema dbcare.
HINT:  Call dbcare_install\(\) as the owner of the tables or a superuser.$'
postgresql old <<<'grant execute on all routines in schema public to mig'
for sql in 'select dbmigrate_apply()' 'call dbmigrate_deploy()' \
	"select dbmigrate_add('5', 'fifth', 'create table five (id integer)')"; do
	like "$(PGUSER=mig postgresql old <<<"$sql")" "$refused" "a deployer is refused with a hint: $sql"
done
postgresql old <<<'select dbcare_install()' >"$tmp/made"
like "$(PGUSER=mig postgresql old <<<'select dbmigrate_apply()')" '"success": true' 'a deployer migrates after the upgrade'
is "$(postgresql old <<<"select has_table_privilege('adm', 'dbcare.repair_table', 'insert'),
	has_table_privilege('mig', 'dbcare.repair_table', 'insert')")" 't f' 'who may repair may write what repairs record'
finish
