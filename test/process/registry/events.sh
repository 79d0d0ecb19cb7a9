#!/bin/bash
# Events of calls that fail, are cancelled or killed, or run at once; and how
# many each function leaves.  Prints TAP.
#
# usage: test/process/registry/events.sh
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# count ENGINE DATABASE: its events.
count()
{
	if [ "$1" = postgresql ]; then
		postgresql "$2" <<<'select count(*) from dbcare.event;'
	else
		sqlite "$2" <<<'select count(*) from dbcare_event;'
	fi
}

# last ENGINE DATABASE [COUNT]: function and outcome of the last events.
last()
{
	"$1" "$2" <<<"select function_name, outcome, coalesce(sqlstate, '-') from dbcare_events('{\"limit\": ${3-1}}');"
}

start_server server autovacuum=off
PGAPPNAME=test
export PGAPPNAME

# ---- each function ----

# "name class SQLSTATE events" for a call of each function in PostgreSQL.
postgresql_counts()
{
	tried_functions_of postgresql | while read -r name class _; do
		call='select count(*) from'
		[ "$class" != PROC ] || call=call
		[ "$name" != dbcare_uninstall ] || continue
		cat <<-END
			select count(*) as before from dbcare.event \\gset
			\\o /dev/null
			$call $name($(arguments_of "$name" postgresql));
			\\o
			\\set state :SQLSTATE
			select '$name', '$class', :'state', count(*) - :before from dbcare.event;
		END
	done | psql -qAtX -F ' ' -d "$1" 2>"$tmp/errors" || true
}

# The same on SQLite, where the shell does not tell the outcome.
sqlite_counts()
{
	tried_functions_of sqlite | while read -r name class kind; do
		what=
		[ "$kind" != ROWS ] || what='count(*) from '
		[ "$name" != dbcare_uninstall ] || continue
		cat <<-END
			.once $tmp/ignored
			drop table if exists temp.n;
			create temp table n as select count(*) as n from dbcare_event;
			.once $tmp/ignored
			select $what$name($(arguments_of "$name" sqlite));
			select '$name', '$class', count(*) - (select n from temp.n) from dbcare_event;
		END
	done | sqlite3 -batch -list -separator ' ' -cmd '.load ./sqlite_ext/dbcare' "$tmp/$1.db" 2>"$tmp/errors" || true
}

for engine in postgresql sqlite; do
	"${engine}_new" each
	"$engine" each <<<"$filled_sql" >"$tmp/made"
	"${engine}_counts" each >"$tmp/counts.$engine"
	is "$(awk '$2 ~ /READ|PURE|VOLATILE/' "$tmp/counts.$engine" | grep -v ' 0$')" '' "$engine: functions that read leave no event"
	is "$(grep -cE ' (READ|WRITE|PROC|FILE|VOLATILE) ' "$tmp/counts.$engine")" \
		"$(tried_functions_of "$engine" | grep -v ' PURE ' | grep -vc dbcare_uninstall)" "$engine: all functions were called"
done
is "$(awk '$2 ~ /WRITE|PROC/ && $3 > 1' "$tmp/counts.sqlite")" '' 'sqlite: no call leaves more than one event'
like "$(grep -c ' WRITE 1$' "$tmp/counts.sqlite")" '^[1-9]' 'sqlite: those that succeed leave one'
is "$(awk '$2 == "WRITE" && $4 != ($3 == "00000")' "$tmp/counts.postgresql")" '' \
	'postgresql: a WRITE function that succeeds leaves one event, one that fails none'
is "$(awk '$2 == "PROC" && $4 != 1' "$tmp/counts.postgresql")" '' 'postgresql: a procedure leaves one event, even if it fails'

# ---- procedures that fail ----

for engine in postgresql sqlite; do
	db=failing
	"${engine}_new" $db
	call=$([ "$engine" = postgresql ] && echo call || echo select)
	"$engine" $db <<-END >"$tmp/made"
		select dbmigrate_add('1', 'one', 'create table one (id integer primary key)');
		select dbmigrate_add('2', 'two', 'create table two (id integer primary key)', null, '{"verify_sql": "select 1 = 2"}');
	END
	like "$("$engine" $db <<<"$call dbmigrate_deploy();" || true)" \
		'verify_sql of migration 2 returned false, 0 or null.*Migrations applied before the failure remain applied: \["1"\]' \
		"$engine: a deploy fails with its usual error"
	is "$(last "$engine" $db)" 'dbmigrate_deploy failed P0004' "$engine: and leaves an event"
	is "$("$engine" $db <<<"select event, version from dbmigrate_history() where event = 'failure';")" 'failure 2' \
		"$engine: beside the entry in the log"
done

# ---- PostgreSQL ----

db=failing
postgresql $db <<-'END' >"$tmp/made"
	select dbmigrate_repair();
	select dbmigrate_remove('2');
	select dbmigrate_add('3', 'three', 'select pg_sleep(100)');
	create table steps (n int);
END
like "$(postgresql $db <<<"set statement_timeout = 300; call dbmigrate_deploy();" || true)" 'canceling statement due to statement timeout' \
	'a deploy is cancelled'
is "$(last postgresql $db)" 'dbmigrate_deploy failed 57014' 'the cancelled deploy leaves an event'
is "$(postgresql $db <<<"select count(*) from pg_locks where locktype = 'advisory';")" 0 'but no lock'

# from a procedure with an open cursor and work of its own, which is rolled back
postgresql $db <<-'END' >"$tmp/made"
	create procedure outer_call() language plpgsql as $$
	declare r record; result jsonb;
	begin
	    insert into steps values (1);
	    commit;
	    for r in select generate_series(1, 3) as n loop
	        insert into steps values (r.n + 10);
	        call dbmigrate_backfill('none', 'update no_such_table set a = 1', null, result);
	    end loop;
	end $$;
END
like "$(postgresql $db <<<'call outer_call();' || true)" 'table no_such_table does not exist' 'a procedure calls one that fails'
is "$(last postgresql $db) $(postgresql $db <<<'select * from steps;')" 'dbmigrate_backfill failed 42P01 1' \
	'which leaves an event, and the work before it is rolled back'
like "$(postgresql $db <<<'do $$ declare result jsonb; begin call dbmigrate_backfill($x$none$x$, $x$update no_such_table set a = 1$x$, null, result); end $$;' || true)" \
	'table no_such_table does not exist' 'so does a DO block'
is "$(last postgresql $db 2)" $'dbmigrate_backfill failed 42P01\ndbmigrate_backfill failed 42P01' 'an event each'

# a failure within SQL that another connection to SPI runs
postgresql $db <<-'END' >"$tmp/made"
	select dbmigrate_repair();
	select dbmigrate_remove('3');
	create function breaks() returns int language plpgsql as $$ begin return (select 1 / (n - 1) from steps); end $$;
	select dbmigrate_add('4', 'four', 'select breaks()');
END
for i in 1 2; do
	like "$(postgresql $db <<<'call dbmigrate_deploy();' || true)" 'division by zero' "a function of the user fails, call $i"
done
is "$(last postgresql $db)" 'dbmigrate_deploy failed 22012' 'and that deploy leaves an event'

# a role that may do nothing but call
postgresql $db <<-'END' >"$tmp/made"
	create role caller;
	grant execute on all routines in schema public to caller;
END
like "$(postgresql $db <<<'set role caller; call dbmigrate_deploy();' || true)" 'permission denied' 'a role without rights fails'
is "$(postgresql $db <<<"select role, outcome, sqlstate from dbcare_events('{\"limit\": 1}');")" 'caller failed 42501' 'and leaves an event with that role'

# killed: neither its work nor an event
before=$(count postgresql $db)
postgresql $db <<-'END' >"$tmp/made"
	select dbmigrate_repair();
	select dbmigrate_remove('4');
	select dbmigrate_add('5', 'five', 'create table five (id int); select pg_sleep(100)');
END
(PGAPPNAME=victim postgresql $db <<<'call dbmigrate_deploy();' >"$tmp/killed" || true) &
until_true $db "select exists (select from pg_stat_activity where application_name = 'victim' and wait_event = 'PgSleep');"
kill -9 "$(postgresql $db <<<"select pid from pg_stat_activity where application_name = 'victim';")"
wait $!
until_true $db 'select true;' 2>/dev/null
is "$(($(count postgresql $db) - before))" 3 'a deploy that was killed leaves no event'

# ---- calls at once ----

# one that has deleted old events and has not ended yet does not stop another
postgresql $db <<-'END' >"$tmp/made"
	create procedure calls(n int) language plpgsql as $$
	begin
	    for i in 1 .. n loop perform dbcare_set('slow_query_ms', i); end loop;
	end $$;
	create function other_calls(n int) returns void language plpgsql as $$
	begin
	    for i in 1 .. n loop perform dbhealth_suppress('unused_indexes', 'x' || i, 'r', (now() + interval '1 day')::text); end loop;
	end $$;
	call calls(300);
	update dbcare.event set at = now() - interval '100 days';
END
hold pruner $db 'call calls(64);'
is "$(postgresql $db <<<"set lock_timeout = '5s'; select other_calls(64) is null;")" f 'calls do not wait for one that deletes events'
release pruner
until_true $db "select not exists (select from pg_stat_activity where application_name = 'pruner');"
is "$(postgresql $db <<<"select count(*) < 200 from dbcare.event where at < now() - interval '90 days';")" t 'both have deleted some'

# ---- SQLite ----

# another connection has locked the database: the deploy fails with that error
sqlite_new locked
sqlite locked <<<"select dbmigrate_add('1', 'one', 'create table one (a)'); select dbcare_set('lock_timeout_ms', 100);" >"$tmp/made"
before=$(count sqlite locked)
mkfifo "$tmp/unlock"
like "$(sqlite locked <<-END || true
	.shell (echo 'begin immediate; create table x (a);'; cat "$tmp/unlock") 2>&1 | sqlite3 -cmd '.timeout 60000' "$tmp/locked.db" >"$tmp/locking" 2>&1 & while sqlite3 "$tmp/locked.db" "begin immediate; rollback" 2>/dev/null; do sleep 0.02; done
	select dbmigrate_deploy();
END
)" 'the database is locked by another connection' 'sqlite: a deploy of a locked database fails'
: >"$tmp/unlock"
until sqlite3 "$tmp/locked.db" 'begin immediate; rollback' 2>/dev/null; do sleep 0.02; done
is "$(count sqlite locked)" "$before" 'and leaves no event behind'

# monitoring that runs on its own
sqlite_new monitored
sqlite monitored <<-END >"$tmp/made"
	select dbmonitor_start(0.2, '{"samples_file": ""}');
	.shell for i in \$(seq 300); do [ \$(sqlite3 -cmd '.timeout 5000' "$tmp/monitored.db" 'select count(*) from dbcare_sample;') -lt 3 ] || break; sleep 0.1; done
END
is "$(sqlite monitored <<<"select count(*) > 2 from dbcare_sample; select function_name from dbcare_events();")" $'1\ndbmonitor_start' \
	'sqlite: samples that no user takes leave no event'
"${psql_shell[@]}" -d failing -c "select dbmonitor_start(1); truncate dbcare.event;" >"$tmp/made"
until_true failing 'select count(*) > 2 from dbcare.sample;'
is "$(count postgresql failing)" 0 'postgresql: nor those of the background worker'
finish
