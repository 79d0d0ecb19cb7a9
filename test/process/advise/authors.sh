#!/bin/bash
# dbhealth_advise() plans the statements of monitoring with no more rights than
# the role that ran them, and the owners of all code in them, have.  PostgreSQL
# alone, SQLite has no roles.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server shared_preload_libraries=pg_stat_statements log_min_messages=warning
postgresql_new shop
postgresql shop >"$tmp/made" <<-'SQL'
	create extension pg_stat_statements;
	create table big (a int, b int);
	insert into big select i, i from generate_series(1, 20000) as i;
	analyze big;
	create role mon login;
	create role other login;
	grant select on big to mon, other;
	create schema mon authorization mon;
	create schema other authorization other;
	grant usage on schema mon to public;
	select pg_stat_statements_reset() is not null;
SQL

as_role()
{
	PGUSER=$1 postgresql shop >"$tmp/made"
}

as_role mon <<-'SQL'
	create function mon.spring(place text) returns boolean language plpgsql immutable as $$
	begin
	    raise warning 'trap of mon at % ran as %', place, current_user;
	    return true;
	end $$;
	create domain mon.d as text check (mon.spring('domain'));
	create domain mon.n as integer check (mon.spring('integer domain'));
	create type mon.pair as (x mon.n, y integer);
	create function mon.equal(integer, integer) returns boolean language plpgsql immutable as $$
	begin return mon.spring('operator'); end $$;
	create operator mon.=== (leftarg = integer, rightarg = integer, function = mon.equal);
	create function mon.f() returns integer language plpgsql immutable as $$
	begin return mon.spring('function')::int; end $$;
SQL

# What springs the traps, where a text in quotes becomes a parameter: as the
# literals are read, or as the planner computes constants.
as_role mon <<-'SQL'
	select a from big where b = length(((array[length(current_user)]::text)::mon.d[])::text);
	select a from big where b = (row(length(current_user), 1)::mon.pair).y;
	select a from big where b = length(current_user)::mon.n;
	select a from big where 3 operator(mon.===) 4;
	select a from big where b = mon.f();
SQL
sprung()
{
	sed -nE 's/.*(trap of mon at .*) ran as (\w+)$/\1 ran as \2/p' "$tmp/server/log" | sort -u
}
like "$(sprung)" 'trap of mon at domain ran as mon.*trap of mon at function ran as mon' 'the traps work'
: >"$tmp/server/log"

is "$(postgresql shop <<<"set client_min_messages = error; select reason from dbhealth_advise() where index_sql is null;" || true)" \
	'' 'the statements of monitoring are planned'
is "$(sprung | grep -v 'ran as mon$' || true)" '' 'code of a role runs with its rights alone'
: >"$tmp/server/log"

# code of one role in a statement of another who does not trust it
as_role other <<-'SQL'
	select a from big where b = length(((array[length(current_role)]::text)::mon.d[])::text) + 1;
SQL
: >"$tmp/server/log"
like "$(postgresql shop <<<"select reason from dbhealth_advise() where index_sql is null;")" \
	'statement [0-9a-f]{16} was not analyzed: code of role "mon" would run with the rights of role "other"' \
	'a statement with code of a third role is not analyzed, and a row says why'
is "$(sprung | grep -v 'ran as mon$' || true)" '' '... nor does the code run'

# a text that a superuser passes
for condition in "b = length(((array[length(current_user)]::text)::mon.d[])::text)" \
	"b = (row(length(current_user), 1)::mon.pair).y" "b = '{1}'::mon.n[] [1]" "3 operator(mon.===) 4" "b = mon.f()"; do
	postgresql shop <<<"select count(*) from dbhealth_advise(\$q\$select a from big where $condition\$q\$);" >"$tmp/answer" || true
	is "$(sprung | grep -v 'ran as mon$' || true)" '' "a text of a superuser: $condition"
done

# the author is gone
postgresql shop >"$tmp/made" <<<"drop owned by other; drop role other;"
like "$(postgresql shop <<<"select reason from dbhealth_advise() where index_sql is null;")" \
	'was not analyzed: the role that ran it was dropped' 'a statement of a dropped role is not analyzed'
finish
