#!/bin/bash
# Code of one role in a table of another: whatever function a superuser calls, it
# runs with the rights of its owner, or not at all, and never as the owner of the
# table or the superuser.  PostgreSQL alone, SQLite has no roles.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server log_min_messages=warning log_statement=none log_error_verbosity=terse
postgresql_new shop

as()
{
	{
		echo 'set client_min_messages = error;'
		cat
	} | PGUSER=$1 postgresql shop >"$tmp/made" || {
		cat "$tmp/made"
		exit 1
	}
}

as postgres <<-'SQL'
	create role evil login;
	create role app login;
	create schema evil authorization evil;
	create schema app authorization app;
	grant usage on schema evil to app;
	grant usage on schema app to evil;
	select dbcare_install() is null;
SQL
as evil <<-'SQL'
	create function evil.spring(place text, answer boolean default true) returns boolean
	language plpgsql immutable as $$
	begin
	    raise warning 'trap at % ran as %', place, current_user;
	    return answer;
	end $$;
	create function evil.number(place text, a integer) returns integer language plpgsql immutable as $$
	begin
	    raise warning 'trap at % ran as %', place, current_user;
	    return a;
	end $$;
	create function evil.same(integer, integer) returns boolean language plpgsql immutable as
	    'begin return evil.spring(''operator'', $1 = $2); end';
	create operator evil.=== (leftarg = integer, rightarg = integer, function = evil.same);
	create domain evil.d as integer check (evil.spring('domain', value < 100));
	create type evil.pair as (x evil.d, y integer);
	create type evil.span as range (subtype = evil.d);
	create type evil.mood as enum ('well', 'ill');
	create function evil.mood_json(evil.mood) returns json language plpgsql immutable as
	    'begin perform evil.spring(''cast''); return ''1''; end';
	create cast (evil.mood as json) with function evil.mood_json(evil.mood);
	create function evil.step(integer, integer) returns integer language plpgsql immutable as
	    'begin return evil.number(''aggregate'', $1 + coalesce($2, 0)); end';
	create aggregate evil.total(integer) (sfunc = evil.step, stype = integer, initcond = '0');
	create function evil.fire() returns trigger language plpgsql as $$
	begin
	    perform evil.spring('trigger');
	    return coalesce(new, old);
	end $$;
SQL

# Each table of app has the code in one position.
as app <<-'SQL'
	create table app.parent (id integer primary key, n integer);
	insert into app.parent values (1, 1), (2, 2);
	create function app.make(name text, def text, more text default '') returns void language plpgsql as $$
	begin
	    execute format('create table app.%I (id integer primary key, p integer, n integer%s)', name, def);
	    execute format('insert into app.%I (id, p, n) values (1, 1, 1), (2, 7, 2)', name);
	    execute format('alter table app.%I add foreign key (p) references app.parent not valid', name);
	    if more <> '' then
	        execute format(more, name);
	    end if;
	end $$;
	select app.make('checked', ', check (evil.spring(''check'', n < 100))');
	select app.make('domains', ', v evil.d default 1');
	select app.make('arrays', ', v evil.d[] default ''{1}'', check (v <> ''{2,2}''::evil.d[])');
	select app.make('pairs', ', v evil.pair default ''(1,1)'', check (v is distinct from ''(3,3)''::evil.pair)');
	select app.make('spans', ', v evil.span default ''[1,2)'', check (v is distinct from ''[5,6)''::evil.span)');
	select app.make('moods', ', v evil.mood default ''well''');
	select app.make('defaults', ', v integer default evil.number(''default'', 1)');
	select app.make('generated', ', v integer generated always as (evil.number(''generated'', n)) stored');
	select app.make('operators', ', check (n operator(evil.===) n)');
	select app.make('expressions', '', 'create index on app.%I ((n + evil.number(''index expression'', n)))');
	select app.make('predicates', '', 'create index on app.%I (p) where evil.spring(''index predicate'')');
	select app.make('uniques', '', 'create unique index on app.%I ((n + evil.number(''unique expression'', n)))');
	select app.make('statistics', '', 'create statistics app.s on (n + evil.number(''statistics'', n)), p from app.%I');
	select app.make('policies', '', 'create policy p on app.%1$I using (evil.spring(''policy''));
	    alter table app.%1$I enable row level security');
	select app.make('triggers', '', 'create trigger t before insert or update or delete on app.%I
	    for each row execute function evil.fire()');
	select app.make('rules', '', 'create rule r as on delete to app.%I do also select evil.spring(''rule'')');
	create view app.viewed as select id, evil.number('view', n) as n from app.parent;
	create view app.totals as select evil.total(n) as n from app.parent;
SQL
tables='checked domains arrays pairs spans moods defaults generated operators expressions predicates uniques statistics
	policies triggers rules'

sprung()
{
	sed -nE 's/.*(trap at .* ran as \w+).*/\1/p' "$tmp/server/log" | sort -u
}
: >"$tmp/server/log"
postgresql shop >"$tmp/control" 2>&1 <<<'select count(*) from app.predicates where p = 7; select * from app.viewed;' || true
like "$(sprung)" 'trap at index predicate ran as postgres.*trap at view ran as postgres' 'the traps work'

# contained NAME SQL
contained()
{
	: >"$tmp/server/log"
	postgresql shop <<<"set client_min_messages = error; $2" >"$tmp/answer" 2>&1 || true
	is "$(sprung | grep -v 'ran as evil$' || true)" '' "$1"
}

for call in \
	"select count(*) from dbcheck_constraints(options => '{\"all\": true, \"samples\": 5}')" \
	"select count(*) from dbcheck_integrity('{\"level\": \"full\"}')" \
	"select count(*) from dbcheck_orphans()" \
	"select count(*) from dbcheck_run('{\"level\": \"full\"}')" \
	"select dbcheck_repair()" \
	"select dbcheck_repair('{\"orphans\": \"set_null\"}')" \
	"select count(*) from dbhealth_checks('{\"level\": \"full\"}')" \
	"select dbmigrate_schema() is null" \
	"select count(*) from dbsync_digest()"; do
	contained "$call" "$call;"
done
for table in $tables viewed totals; do
	contained "calls about app.$table" "
		select count(*) from dbcheck_row('app.$table', '{\"id\": 5, \"p\": 7, \"n\": 3}');
		select count(*) from dbcheck_row('app.$table', '{\"id\": 5, \"v\": 1}');
		select count(*) from dbcheck_constraints('app.$table');
		select dbcheck_rule_add('rule_$table', 'app.$table', 'n < 50');
		select count(*) from dbcheck_run('{\"sources\": [\"rule\"]}');
		select count(*) from dbhealth_advise('select * from app.$table where n = 3');
		select dbops_count('app.$table', '{\"n\": 1}');
		select count(*) from dbops_select('app.$table');
		select dbops_update('app.$table', '{\"id\": 1}', '{\"n\": 1}', '{\"dry_run\": true}');
		select dbcheck_repair('{\"tables\": [\"app.$table\"], \"dry_run\": false, \"orphans\": \"set_null\"}');
		select count(*) from dbsync_digest('{\"tables\": [\"app.$table\"]}');"
done

like "$(postgresql shop <<<"select message from dbcheck_constraints('app.checked') where kind = 'check';" 2>&1 || true)" \
	'code of role "evil" would run with the rights of role "app"' 'what may not run is unknown, and the reason says whose code it is'
like "$(postgresql shop <<<"select * from dbcheck_row('app.checked', '{\"id\": 9}');" 2>&1 || true)" \
	'code of role "evil" would run with the rights of role "app"' 'a row is not tested with code of others'

# A foreign table connects to where the owner of its server says, as the role that reads:
# for a superuser without a password.
as postgres <<-'SQL'
	create extension file_fdw;
	create server files foreign data wrapper file_fdw;
	grant usage on foreign data wrapper file_fdw to evil;
	alter server files owner to evil;
	create table app.parts (id integer, n integer check (n > 0)) partition by range (id);
	create foreign table app.elsewhere partition of app.parts for values from (0) to (9) server files options (filename '/dev/null');
	create view app.far as select id from app.elsewhere;
	alter table app.parts owner to app;
	alter foreign table app.elsewhere owner to app;
	alter view app.far owner to app;
	create table app.ours (id integer) partition by range (id);
	create foreign table app.our_part partition of app.ours for values from (0) to (9) server files options (filename '/dev/null');
SQL
for call in "select dbops_count('app.parts', '{}')" "select dbops_execute('select * from app.far')" \
	"select dbops_execute('select count(*) from app.elsewhere')" "select count(*) from dbsync_digest('app.parts')"; do
	like "$(postgresql shop <<<"$call;" 2>&1 || true)" 'code of role "evil" would run with the rights of role "app"' \
		"$call does not connect for its owner to where somebody else says"
done
like "$(postgresql shop <<<"select dbops_count('app.ours', '{}');" 2>&1 || true)" 'permission denied' \
	'nor for a superuser, but with the rights of the owner of the server'

# A row that loses its parent is kept by a trigger, which asks for the parent like
# PostgreSQL itself: code of others in the parent makes no write fail.
as app <<-'SQL'
	create table app.above (id integer primary key, n integer);
	insert into app.above values (1, 1), (2, 2);
	create index on app.above (n) where evil.spring('parent');
	create table app.below (id integer primary key, above integer references app.above on delete set null);
	insert into app.below values (1, 1), (2, 2);
SQL
as postgres <<-'SQL'
	select dbarchive_enable('app.above'), dbarchive_enable('app.below');
	grant usage on schema dbcare to app;
SQL
is "$(PGUSER=app postgresql shop 2>&1 <<-'SQL' | grep -v WARNING || true
	set client_min_messages = error;
	delete from app.above where id = 1;
	update app.below set above = null where id = 2;
	select id, above from app.below order by id;
SQL
)" '1 
2 ' 'rows whose parent has code of others lose it'
is "$(postgresql shop <<<"select count(*) from dbcare.trash where action = 'detach'")" 1 '... and the link of a deleted one is kept'
finish
