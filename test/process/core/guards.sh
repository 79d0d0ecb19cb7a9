#!/bin/bash
# Failures that a call stops and goes on from must not pile up in memory: of
# many verify_sql in one call, none of which may end it, all fail, or none.
# A subtransaction, plan or parse tree that stayed would take kilobytes; the words
# of an error live as long as the call.  Prints TAP.
#
# usage: test/process/core/guards.sh [MIGRATIONS]
#
# MIGRATIONS (4000) are verified in a call.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

migrations=${1:-4000}

# new_database VERIFY_SQL: applied migrations that are all verified by it.
# They are written past dbcare, which would take its time to register so many, and
# so the log does not have them.
new_database()
{
	"${psql_shell[@]}" -d postgres -c 'drop database if exists guards'
	postgresql_new guards
	postgresql guards >"$tmp/made" <<-END
		select dbcare_install();
		select dbmigrate_add('1', 'verified', 'select 1', null,
		    '{"verify_sql": "$1"}');
		select dbmigrate_apply(options => '{"verify": false}');
		create temp table one as select * from dbcare.migration;
		create temp table run as select * from dbcare.ledger;
		truncate dbcare.migration, dbcare.ledger;
		insert into dbcare.migration
		    select (jsonb_populate_record(one, jsonb_build_object('version', i::text))).*
		    from one, generate_series(1, $migrations) i;
		insert into dbcare.ledger
		    select (jsonb_populate_record(run, jsonb_build_object('version', i::text,
		        'position', i))).*
		    from run, generate_series(1, $migrations) i;
	END
}

# Verifies in a new session: number that failed, peak of its memory in kB; the
# findings themselves go to disk.
verify()
{
	postgresql guards <<-'END'
		set work_mem = '64kB';
		select pg_backend_pid() as pid \gset
		select count(*) from dbmigrate_verify() where finding <> 'ledger_changed';
		\setenv PID :pid
		\! awk '/^VmHWM/ { print $2 }' "/proc/$PID/status"
	END
}

start_server server
new_database 'select true'
mapfile -t passing < <(verify)
is "${passing[0]}" 0 "none of $migrations guarded calls fails"
for verify_sql in 'select 1 / 0' 'select ('; do
	new_database "$verify_sql"
	mapfile -t failing < <(verify)
	is "${failing[0]}" "$migrations" "each of $migrations \"$verify_sql\" fails"
	growth=$((failing[1] - passing[1]))
	# what the session itself needs differs by some megabytes
	is $(((growth - 3072) * 1024 / migrations < 600)) 1 "... which keeps its words only ($growth kB in all)"
done
finish
