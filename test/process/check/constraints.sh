#!/bin/bash
# Verifying tables of PostgreSQL that are large or slow: it shows how far it is,
# can be cancelled at any time, and keeps to its memory.  What is verified agrees
# with VALIDATE CONSTRAINT on random tables.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
postgresql_new big
postgresql big <<-'END'
	create table parent (id integer primary key, name text unique);
	insert into parent select g, 'a name that takes some room ' || g from generate_series(1, 150000) as g;
	create table child (id integer primary key, name text references parent (name), other text unique,
	    number integer references parent);
	set session_replication_role = replica;
	insert into child select g, 'a name that takes some room ' || g, 'other ' || g, g from generate_series(1, 150000) as g;
	insert into child values (0, 'nobody', 'nothing', 0);
	create function slow(n integer) returns boolean language plpgsql as $$
	    begin perform pg_sleep(0.001); return true; end $$;
	create table slow (n integer primary key, check (slow(n)));
	insert into slow select generate_series(1, 500);
	alter table slow drop constraint slow_n_check, add constraint slow_n_check check (slow(n) and pg_sleep(0.05) is not null) not valid;
END
postgresql big <<<"select dbcare_set('check_memory_mb', 1)" >"$tmp/set"

# ---- progress, cancel ----

PGAPPNAME=slow postgresql big >"$tmp/answer" 2>&1 <<-'END' &
	\set ON_ERROR_STOP off
	create role passer;
	grant select on slow to passer;
	set role passer;
	select count(*) from dbcheck_constraints('slow');
	select current_user, current_setting('search_path'), count(*) from pg_locks
	where pid = pg_backend_pid() and relation = 'slow'::regclass;
END
client=$!
until_true big "select exists (select from dbcare_progress() where function_name = 'dbcheck_constraints')"
is "$(postgresql big <<<"select function_name from dbcare_progress()")" dbcheck_constraints 'dbcare_progress shows a verification'
postgresql big <<<"select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'slow'" >"$tmp/cancelled"
wait $client || true
is "$(grep -vE '^(CONTEXT|PL/pgSQL)' "$tmp/answer")" 'ERROR:  canceling statement due to user request
passer "$user", public 0' 'cancelled in the middle of code of the owner, the session is who and what it was'

postgresql big <<<"select dbcheck_rule_add('sleeps', 'slow', 'pg_sleep(0.05) is not null')" >"$tmp/rule"
PGAPPNAME=ruled postgresql big >"$tmp/ruled" 2>&1 \
	<<<"select count(*) from dbcheck_run('{\"sources\": [\"rule\"], \"relation\": \"slow\"}')" &
client=$!
until_true big "select exists (select from pg_stat_activity where application_name = 'ruled' and wait_event = 'PgSleep')"
is "$(postgresql big <<<"select function_name, phase from dbcare_progress()")" 'dbcheck_run public.slow' \
	'dbcare_progress shows the table of a rule'
postgresql big <<<"select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'ruled'" >"$tmp/cancelled"
wait $client || true
postgresql big <<<"select dbcheck_rule_drop('sleeps')" >"$tmp/rule"

# ---- memory ----

# The peak of a process's private memory, in MiB.
watch_memory()
{
	local most=0 now

	while now=$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$1/status" 2>>"$tmp/gone") && [ -n "$now" ]; do
		[ "$now" -le "$most" ] || most=$now
		sleep 0.005
	done
	echo $((most / 1024))
}

mkfifo "$tmp/session"
: >"$tmp/found"
postgresql big <"$tmp/session" >"$tmp/found" 2>&1 &
client=$!
exec {session}>"$tmp/session"
echo 'select pg_backend_pid();' >&"$session"
until read -r backend <"$tmp/found" && [ -n "$backend" ]; do
	sleep 0.01
done
watch_memory "$backend" >"$tmp/most" {session}>&- &
watcher=$!
cat >&"$session" <<-'END'
	select constraint_name, violations, sample_keys from dbcheck_constraints('child');
END
exec {session}>&-
wait $client $watcher
is "$(tail -n +2 "$tmp/found")" 'child_name_fkey 1 [0]
child_number_fkey 1 [0]' 'with more keys than fit into memory the same is found'
like "$(cat "$tmp/most")" '^([0-9]|1[0-9])$' 'memory stays near check_memory_mb'

# ---- random tables ----

postgresql_new random
is "$(postgresql random <<-'END'
	create table outcome (round integer, name text, ours boolean, theirs boolean);
	do $do$
	declare
	    types text[] = array['int2', 'int4', 'int8', 'numeric', 'text', 'varchar(5)', 'char(4)', 'date', 'uuid', 'bool'];
	    parent_type text;
	    child_type text;
	    texts text;
	    matches text;
	    valid boolean;
	    name text;
	begin
	    perform setseed(0.4);
	    for round in 1 .. 40 loop
	        parent_type = types[1 + floor(random() * 10)];
	        -- any of the first three and of the texts go with each other
	        child_type = case when parent_type like 'int_' then types[1 + floor(random() * 3)]
	            when parent_type in ('text', 'varchar(5)') then types[5 + floor(random() * 2)] else parent_type end;
	        texts = case when parent_type = 'date' then $$('2026-01-01'::date + g::int)$$
	            when parent_type = 'uuid' then $$md5((g::int)::text)::uuid$$ when parent_type = 'bool' then '(g::int % 2 = 0)'
	            else 'g::int' end;
	        matches = case when random() < 0.5 then 'match full' else '' end;
	        execute format('create table p (a %s, b int, unique (a, b), unique (b))', parent_type);
	        execute format('create table c (id int primary key, a %s, b int, n int)', child_type);
	        execute format('insert into p select (%s)::%s, g from generate_series(1, 40) g on conflict do nothing', texts, parent_type);
	        execute format('insert into c select i, case when random() < 0.1 then null else (%s)::%s end,
	            case when random() < 0.1 and %L = '''' then null else g end, nullif(g, 7)
	            from (select i, 1 + (i * 7) %% %s as g from generate_series(1, 200) as i) as s',
	            texts, child_type, matches, case when random() < 0.4 then 40 else 42 end);
	        execute 'alter table c add constraint pair foreign key (a, b) references p (a, b) ' || matches || ' not valid';
	        alter table c add constraint one foreign key (b) references p (b) not valid,
	            add constraint n check (n < 40) not valid, add constraint n_null check (n is not null or b > 41) not valid;
	        foreach name in array array['pair', 'one', 'n', 'n_null'] loop
	            begin
	                execute 'alter table c validate constraint ' || name;
	                valid = true;
	            exception when integrity_constraint_violation then
	                valid = false;
	            end;
	            insert into outcome select round, name, not exists (select from dbcheck_constraints('c',
	                jsonb_build_object('constraints', jsonb_build_array(name)))), valid;
	        end loop;
	        drop table c, p;
	    end loop;
	end $do$;
	select count(*), count(*) filter (where ours) between 30 and 130, count(*) filter (where ours <> theirs) from outcome;
END
)" '160 t 0' 'VALIDATE CONSTRAINT agrees about each of 160 constraints on random tables'
finish
