#!/bin/bash
# What keeps migration runners out of each other's way cannot be released by a
# script and cannot be held by a role that may not migrate.  PostgreSQL; SQLite
# has its write lock, which a script cannot end.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# call NAME SQL: in the background, with a result in $tmp/NAME.out.
call()
{
	PGAPPNAME=$1 psql -qAtX -v VERBOSITY=verbose -d "$db" -c "$2" >"$tmp/$1.out" 2>&1 &
	eval "call_$1=\$!"
}

# ended NAME: waits for it; leaves what it said in $said.
ended()
{
	local job

	eval "job=\$call_$1"
	wait "$job" || true
	said=$(cat "$tmp/$1.out")
}

# at_once SQL [DATABASE]: what a call says that must not wait; what it would wait for
# does not end by itself.
at_once()
{
	timeout 60 psql -qAtX -v VERBOSITY=verbose -d "${2-$db}" -c "$1" 2>&1 || echo "ended with $?"
}

# new_database NAME SQL: three migrations; SQL is part of the first one, the
# second one ends when there is no session "gate".
new_database()
{
	db=$1
	postgresql_new "$db"
	postgresql "$db" >"$tmp/made" <<-END
		create table run_log (step integer);
		create procedure pass_gate() language plpgsql as \$\$ begin
		    while exists (select from pg_stat_activity where application_name = 'gate') loop
		        perform pg_sleep(0.02), pg_stat_clear_snapshot();
		    end loop;
		end \$\$;
		select dbmigrate_add('1', 'one', 'insert into run_log values (1); $2');
		select dbmigrate_add('2', 'two', 'insert into run_log values (2); call public.pass_gate()');
		select dbmigrate_add('3', 'three', 'insert into run_log values (3)');
	END
}

in_second="select exists (select from pg_stat_activity where application_name = 'first'
	and query like '%dbmigrate_deploy migration 2 %')"

# one_runner NAME: a deploy is alone although its first script tries to open
# what keeps others out.
one_runner()
{
	hold gate postgres 'select 1;'
	call first 'call dbmigrate_deploy()'
	until_true "$db" "$in_second"
	like "$(at_once 'select dbmigrate_apply()')" '55P03: migrations are running in process [0-9]+' \
		"$1: apply is refused while the deploy runs"
	call second 'call dbmigrate_deploy()'
	release gate
	ended first
	like "$said" '"applied": \["1", "2", "3"\].*"success": true' "$1: the deploy succeeds"
	ended second
	like "$said" '"applied": \[\].*"success": true' "$1: a second deploy waits and has nothing to do"
	is "$(postgresql "$db" <<<'select step from run_log order by step')" "$(printf '%s\n' 1 2 3)" \
		"$1: each script ran once"
	is "$(postgresql "$db" <<<'select finding, message from dbmigrate_verify()')" '' "$1: verify finds nothing"
}

start_server server

# ---- scripts that release locks ----

new_database inside 'select pg_advisory_unlock_all()'
one_runner 'a script that releases all advisory locks'

new_database outside 'vacuum run_log; select pg_advisory_unlock_all()'
one_runner 'the same outside a transaction'

new_database mirrored ''
postgresql "$db" >"$tmp/made" <<-'END'
	create table schema_migrations (version varchar(128) primary key);
	select dbmigrate_adopt('{"keep_old": true}');
	create function release() returns trigger language plpgsql as
	    $$ begin perform pg_advisory_unlock_all(); return null; end $$;
	create trigger release after insert on schema_migrations execute function release();
END
one_runner 'a trigger on a mirrored ledger'

# A second runner that has slipped in, made by hand.
new_database overtaken ''
hold gate postgres 'select 1;'
call first 'call dbmigrate_deploy()'
until_true "$db" "$in_second"
postgresql "$db" <<-'END'
	insert into dbcare.ledger (version, position, name, up_sql, checksum, baseline, applied_by)
	    select version, 9, name, up_sql, checksum, false, 'x' from dbcare.migration where version = '3';
END
release gate
ended first
like "$said" '"applied": \["1", "2"\].*"success": true' 'a deploy sees before each migration what others have applied'
is "$(postgresql "$db" <<<'select step from run_log order by step')" "$(printf '%s\n' 1 2)" 'a deploy does not run an applied migration again'

# If it ran twice, verify would find it.
for engine in postgresql sqlite; do
	[ "$engine" = sqlite ] && ledger=dbcare_ledger || ledger=dbcare.ledger
	"${engine}_new" twice
	"$engine" twice >"$tmp/made" <<-END
		select dbmigrate_add('1', 'one', 'select 1');
		select dbmigrate_apply();
		delete from $ledger;
		select dbmigrate_apply();
	END
	is "$("$engine" twice <<<'select version, finding, message from dbmigrate_verify();')" \
		'1 ledger_changed the log records the migration as applied twice, with no rollback in between' \
		"$engine: verify reports what ran twice"
done

# a backfill, by its statement
new_database filling ''
postgresql "$db" >"$tmp/made" <<-'END'
	create table t (id integer primary key, n integer not null default 0);
	insert into t select generate_series(1, 400);
	create function counted(n integer) returns integer language plpgsql as
	    $$ begin
	        perform pg_advisory_unlock_all(), pg_sleep(0.002);
	        if exists (select from dbcare.backfill where done_up_to is not null) then
	            call public.pass_gate();
	        end if;
	        return n + 1;
	    end $$;
END
hold gate postgres 'select 1;'
backfill="call dbmigrate_backfill('fill', 'update t set n = public.counted(n)', '{\"batch_ms\": 50}')"
call first "$backfill"
until_true "$db" "select exists (select from dbcare.backfill where done_up_to is not null)"
like "$(at_once "$backfill")" 'backfill "fill" is run by process [0-9]+|process [0-9]+' \
	'a backfill has one runner, whatever its statement releases'
release gate
ended first
is "$(postgresql "$db" <<<'select distinct n from t')" 1 'each row is changed once'

# ---- roles that may not migrate ----

new_database blocked ''
postgresql "$db" >"$tmp/made" <<-'END'
	create role evil login;
	grant execute on all routines in schema public to evil;
	create table t (id integer primary key, n integer);
	insert into t values (1);
	select dbmonitor_start();
END
for key in 1 2 3 4 5; do
	locks+="select pg_advisory_lock(1684169571, $key); "
done
mkfifo "$tmp/evil"
PGUSER=evil "${psql_shell[@]}" -d "$db" <"$tmp/evil" >"$tmp/evil.out" 2>&1 &
exec 8>"$tmp/evil"
until [ -f "$tmp/evil.out" ]; do sleep 0.02; done
echo "$locks select pg_advisory_lock(1684169572, hashtext('fill')); select 'holds';" >&8
until grep -q holds "$tmp/evil.out"; do sleep 0.02; done
like "$(at_once "select dbmigrate_add('4', 'four', 'select 4')")" '"action": "added"' \
	'whoever holds advisory locks blocks no registration'
like "$(at_once "select dbmigrate_apply('1')")" '"success": true' '... no apply'
like "$(at_once "call dbmigrate_deploy()")" '"success": true' '... no deploy'
like "$(at_once "select dbmonitor_sample()")" '"sample_id"' '... no sample'
like "$(at_once "call dbmigrate_backfill('fill', 'update t set n = 1 where n is null')")" '"state": "complete"' '... no backfill'
postgresql_new fresh
like "$(at_once 'select dbcare_install()' fresh)" '"changed": true' '... and no installation'
exec 8>&-

# a session that runs migrations over a connection has that lock, too
for how in pg_advisory_lock pg_advisory_xact_lock; do
	hold other "$db" "select $how(1684169571, 2);"
	like "$(at_once "select dbmigrate_add('5', 'five', 'select 5')" 2>&1)" 'migrations are running in process' \
		"whoever holds one with $how and may run migrations blocks them"
	release other
done
like "$(at_once "select dbmigrate_add('5', 'five', 'select 5')")" '"action": "added"' '... until the end'

# who may read, but not call
postgresql "$db" >"$tmp/made" <<-'END'
	revoke execute on all routines in schema public from evil;
	grant usage on schema dbcare to evil;
	grant select on all tables in schema dbcare to evil;
END
like "$(PGUSER=evil at_once "select dbmigrate_apply(null, '{\"dry_run\": true}')")" '42501: permission denied for function dbmigrate_apply' \
	'a role that may only read takes no lock of a runner'
PGUSER=evil hold reader "$db" 'lock table dbcare.ledger, dbcare.migration, dbcare.history in access share mode;'
postgresql "$db" >"$tmp/made" <<<"select dbmigrate_add('5', 'five', 'select 5')"
like "$(at_once 'call dbmigrate_deploy()')" '"applied": \["5"\]' 'a reader of the tables blocks no deploy'
postgresql "$db" >"$tmp/made" <<<"select dbmigrate_add('6', 'six', 'select 6')"
like "$(at_once 'select dbmigrate_apply()')" '"applied": \["6"\]' 'a reader of the tables blocks no apply'
release reader

# ---- prepared transactions ----

new_database prepared ''
postgresql "$db" >"$tmp/made" <<-'END'
	begin;
	select dbmigrate_apply('1');
	prepare transaction 'left';
END
like "$(at_once "call dbmigrate_deploy(null, '{\"lock_timeout_ms\": 300}')")" \
	'55P03: migrations were run in prepared transaction "left", which has not ended' \
	'a deploy names the prepared transaction that holds its lock'
like "$(PGOPTIONS='-c lock_timeout=300' at_once 'call dbmigrate_deploy()')" "HINT:  Run COMMIT PREPARED 'left' or ROLLBACK PREPARED 'left'." \
	'... within lock_timeout'
like "$(at_once "set lock_timeout = 300; select dbmigrate_apply()")" 'prepared transaction "left"' '... and so does apply'
postgresql "$db" <<<"commit prepared 'left'"
like "$(at_once 'call dbmigrate_deploy()')" '"applied": \["2", "3"\]' '... until it has ended'

# ---- a worker that outlives its deploy ----

postgresql "$db" >"$tmp/made" <<<"select dbmigrate_add('4', 'four', 'vacuum run_log; select pg_sleep(60)')"
call first 'call dbmigrate_deploy()'
until_true "$db" "select exists (select from pg_stat_activity where backend_type = 'dbcare deploy' and query like '%pg_sleep%')"
worker=$(postgresql "$db" <<<"select pid from pg_stat_activity where backend_type = 'dbcare deploy'")
kill -STOP "$worker"
postgresql "$db" >"$tmp/made" <<<"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'first' and backend_type = 'client backend'"
ended first
like "$(at_once 'select dbmigrate_apply()')" "55P03: migrations are running in process $worker" \
	'the worker of a deploy that was terminated keeps others out'
kill -CONT "$worker"
until_true "$db" "select not exists (select from pg_stat_activity where backend_type = 'dbcare deploy')"
like "$(at_once "select dbmigrate_repair()")" '"cleared": \["4"\]' '... until it ends'
finish
