#!/bin/bash
# What roles may do about monitoring: those without a grant nothing, those with
# dbcare_grant(role, 'monitor') all but forget it; statistics of statements are
# the extension's, whatever else bears its name.  PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# as ROLE SQL: what a role gets.
as()
{
	postgresql shop <<<"set role $1; $2" || true
}

start_server server
postgresql_new shop
postgresql shop >"$tmp/made" <<-'END'
	create role nobody;
	create role watcher;
	create role admin;
	select dbcare_install();
	select dbcare_grant('watcher', 'monitor');
	select dbcare_grant('admin', 'admin');
END

for call in 'start()' 'stop()' 'sample()' 'ack(1)' 'reset()'; do
	like "$(as nobody "select dbmonitor_$call;")" "permission denied for function dbmonitor_${call%(*}" \
		"nobody may call dbmonitor_${call%(*}()"
done
is "$(as nobody "select dbmonitor_status() ->> 'enabled';")" false 'an ordinary role sees whether the database is monitored'
is "$(as watcher "select dbmonitor_sample() ? 'readings';")" t 'a monitoring role takes samples'
is "$(as watcher "select dbmonitor_start(0.1) ->> 'running';")" true 'a monitoring role starts monitoring'
is "$(until_true shop 'select count(*) > 2 from dbcare.sample;')" '' 'monitoring continues as the owner'
is "$(as watcher "select dbmonitor_stop() ->> 'enabled';")" false 'a monitoring role stops monitoring'
like "$(as watcher 'select dbmonitor_reset();')" 'permission denied for function dbmonitor_reset' 'a monitoring role cannot delete samples'
like "$(as watcher "select dbhealth_suppress('ping', '', 'mine');")" 'permission denied for function dbhealth_suppress' \
	'nor does he suppress findings'
is "$(as admin "select dbmonitor_start(3600) ->> 'enabled'; select dbmonitor_stop() ->> 'enabled';")" $'true\nfalse' \
	'an administrator starts and stops it, too'

# dbcare's tables of an ordinary role
postgresql_new own
postgresql own >"$tmp/made" <<-'END'
	create role keeper;
	grant create on database own to keeper;
	grant execute on all routines in schema public to keeper;
	set role keeper;
	select dbmonitor_start(0.1);
END
is "$(until_true own "select count(*) > 3 and count(distinct run_at) > 0
	from dbcare.sample left join dbcare.check_run on true;")" '' 'the owner of the tables need not be a superuser'
is "$(postgresql own <<<"set role keeper; select dbmonitor_stop() ->> 'problem';")" '' 'who then stops it'

# ---- statistics of statements ----

like "$(as watcher 'select * from dbmonitor_queries();')" 'The extension pg_stat_statements is not installed' \
	'what is missing is said'
# a table of the same name that is found first, and a view of the real one
postgresql shop >"$tmp/made" <<-'END'
	create schema counts;
	create extension pg_stat_statements schema counts;
	grant usage on schema counts to watcher, nobody;
	grant create on schema public to nobody;
	set role nobody;
	create function public.pg_stat_statements(showtext boolean, out query text, out calls bigint)
	returns setof record language plpgsql as $$ begin
		raise exception 'the namesake runs as %', current_user;
	end $$;
	reset role;
	alter database shop set search_path = public, counts;
	grant pg_read_all_stats to watcher;
	create table goods (id integer, price integer);
END
for price in 1 2 3; do
	postgresql shop <<<"select id from goods where price = $price; set role nobody; select 1 as one, $price; SELECT  1 AS one, $price /* the same */;" >"$tmp/made"
done
is "$(as watcher "select query, calls, errors, row_count from dbmonitor_queries()
	where query like 'select%' order by query collate \"C\";")" 'select ? as one, ? 6  6
select id from goods where price = ? 3  0' 'statements are those of the extension, by their normalised text'
sqlite_new shop
like "$(sqlite shop <<<"create table goods (id integer, price integer); select dbmonitor_start(60, '{\"thread\": false}');
	select id from goods where price = 7; select fingerprint from dbmonitor_queries() where query like '%goods where%';")" \
	"$(postgresql shop <<<"select fingerprint from dbmonitor_queries() where query like '%goods where%';")\$" \
	'with the fingerprint that they have on SQLite'
is "$(as watcher "select query from dbmonitor_queries() where query ~ 'dbcare[._]|dbmonitor';")" '' "dbcare's own are not among them"
is "$(as nobody "select count(*) > 0 from dbmonitor_queries() where query like '%goods%';")" f \
	'who may not see statements of others does not'
finish
