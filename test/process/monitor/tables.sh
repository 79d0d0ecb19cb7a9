#!/bin/bash
# Use of tables over time (dbmonitor_tables) and the work of autovacuum
# (dbhealth_vacuum): since when it is due, and how far it is.  PostgreSQL alone.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# counted: waits until the sessions before have ended, which is when they count what they did.
counted()
{
	until_true shop "select count(*) = 1 from pg_stat_activity where backend_type = 'client backend'"
}

# sample: takes a sample, an hour and five minutes after the one before.
sample()
{
	counted
	postgresql shop >"$tmp/sample" <<-'END'
		update dbcare.sample set taken_at = taken_at - interval '1 hour';
		update dbcare.vacuum_due set since_at = since_at - interval '1 hour';
		select dbmonitor_sample('{"level": "none"}') is not null;
	END
}

# as ROLE SQL: what a role gets.
as()
{
	postgresql shop <<<"set role $1; $2"
}

start_server server autovacuum=off
postgresql_new shop
is "$(postgresql shop <<<'select count(*) from dbmonitor_tables();')" 0 'without samples there are no rows'
postgresql shop >"$tmp/made" <<-'END'
	create table quiet (a int);
	create table written (a int);
	create table scanned (a int);
	insert into scanned select generate_series(1, 1000);
	insert into quiet select generate_series(1, 100);
	insert into written select generate_series(1, 600);
	select count(*) from scanned;
	select count(*) from written;
	-- larger ones
	do $$ begin for i in 1..160 loop
		execute format('create table large_%s as select repeat(''x'', 100) as a from generate_series(1, 500)', i);
	end loop; end $$;
	create role nobody;
	create role watcher;
	select dbcare_install();
	select dbcare_grant('watcher', 'monitor');
END
sample
postgresql shop >"$tmp/made" <<-'END'
	insert into written select generate_series(1, 3000);
	update written set a = a where a <= 500;
	delete from written where a <= 100;
	select count(*) from scanned;
	select count(*) from scanned;
END
sample
postgresql shop >"$tmp/made" <<<'insert into written values (1); select count(*) from scanned;'
sample
is "$(postgresql shop <<<"select table_name, seq_scans, seq_rows_read, rows_written, extract(epoch from last_at - first_at)::int between 7190 and 7800
	from dbmonitor_tables() where table_name in ('public.written', 'public.scanned', 'public.quiet');")" \
	$'public.written 2 7200 4201 t\npublic.scanned 3 3000 0 t' \
	'small tables are stored because they are used, and their use is the difference between samples'
is "$(postgresql shop <<<"select table_name from dbmonitor_tables('{\"order_by\": \"seq_scans\", \"limit\": 2}') where seq_scans > 1 and table_name like 'public.%';")" \
	$'public.scanned\npublic.written' 'the order can be chosen'
is "$(postgresql shop <<<"select rows_written from dbmonitor_tables(jsonb_build_object('since', now() - interval '90 minutes')) where table_name = 'public.written';")" 1 \
	'so can the period'
is "$(postgresql shop <<<"select seq_scans, seq_rows_read, rows_written from dbhealth_tables() where table_name = 'public.written';")" '3 7800 4801' \
	'dbhealth_tables has the counters'
postgresql shop >"$tmp/made" <<<"select pg_stat_reset(); insert into written values (2), (3);"
sample
is "$(postgresql shop <<<"select rows_written from dbmonitor_tables() where table_name = 'public.written';")" 4203 'a reset of the counters is seen'
is "$(postgresql shop <<<"select count(*) <= 150 from dbcare.table_sample group by sample_id order by 1 limit 1;")" t 'at most 150 tables are stored'
is "$(as watcher "select count(*) > 0 from dbmonitor_tables();")" t 'a monitoring role reads them'

# ---- autovacuum ----

is "$(postgresql shop <<<"select count(*) from dbhealth_vacuum() where table_name = 'public.written' and reason = 'dead rows';")" 0 'a table without many dead rows is not due'
postgresql shop >"$tmp/made" <<<"analyze written; delete from written; insert into written select generate_series(1, 20000); delete from written;"
counted
is "$(as nobody "select work, reason, value > threshold, due_since is null, enabled, pid is null from dbhealth_vacuum() where table_name = 'public.written' and reason = 'dead rows';")" \
	'vacuum dead rows t t f t' 'a table with many is, for every role, and autovacuum is off'
sample
sample
is "$(as nobody "select now() - due_since between interval '59 minutes' and interval '61 minutes' from dbhealth_vacuum() where table_name = 'public.written' and reason = 'dead rows';")" \
	t 'since the sample that found it first'
PGAPPNAME=slow "${psql_shell[@]}" -d shop -c 'set vacuum_cost_limit = 1' -c 'set vacuum_cost_delay = 100' -c 'vacuum (freeze) written' >"$tmp/slow" 2>&1 &
is "$(until_true shop "select count(*) > 0 from dbhealth_vacuum() where pid is not null and percent is not null and work = 'vacuum';")" '' 'a process is at work'
is "$(postgresql shop <<<"select table_name, reason, phase, percent between 0 and 100, pid = (select pid from pg_stat_activity where application_name = 'slow')
	from dbhealth_vacuum() where pid is not null and reason = 'dead rows';")" \
	'public.written dead rows scanning heap t t' 'with its phase and how far it is'
is "$(as nobody 'select count(pid) from dbhealth_vacuum();')" 0 'of other roles only for members of pg_read_all_stats'
postgresql shop >"$tmp/made" <<<"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'slow'; select pg_sleep(0.2); vacuum analyze written;"
counted
is "$(postgresql shop <<<"select count(*) from dbhealth_vacuum() where table_name = 'public.written';")" 0 'after VACUUM and ANALYZE it is not due'
sample
is "$(postgresql shop <<<"select count(*) from dbcare.vacuum_due where table_name = 'public.written';")" 0 'which the next sample notes'
finish
