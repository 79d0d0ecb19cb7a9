#!/bin/bash
# A hostile search_path: a schema that holds functions, operators, types and
# relations of the names of the catalog's and of dbcare's own comes first in
# the caller's path.  Results must not change, and nothing of it may run.  On
# SQLite temporary tables and attached files do as much.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# A schema that has a namesake of nearly everything, each of which fails when
# it is used; what cannot be imitated (pseudo-types) is left out.  Relations
# are views over a table of the wrong shape, so that reading them fails.
hostile_schema()
{
	cat <<-'END'
		create schema evil;
		create function evil.fail(text) returns text language plpgsql as $$
		begin raise exception 'planted % ran', $1; end $$;
		do $$
		declare
		    r record;
		    made integer := 0;
		begin
		    for r in
		        select format('create function evil.%I(%s) returns %s language plpgsql as %L',
		            p.proname, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid),
		            format('begin perform evil.fail(%L); return null; end', 'function ' || p.proname)) as sql
		        from pg_proc p
		        where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f'
		        union all
		        select format('create aggregate evil.%I(%s) (sfunc = evil.%I, stype = %s)', p.proname,
		            pg_get_function_identity_arguments(p.oid), a.aggtransfn, a.aggtranstype::regtype)
		        from pg_proc p join pg_aggregate a on a.aggfnoid = p.oid
		        where a.aggkind = 'n'
		        union all
		        select format('create operator evil.%s (function = evil.%I, leftarg = %s, rightarg = %s)',
		            o.oprname, p.proname, o.oprleft::regtype, o.oprright::regtype)
		        from pg_operator o join pg_proc p on p.oid = o.oprcode
		        where o.oprnamespace = 'pg_catalog'::regnamespace and o.oprkind = 'b'
		        union all
		        select format('create view evil.%I as select evil.fail(%L)', c.relname, 'relation ' || c.relname)
		        from pg_class c
		        where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind in ('r', 'v')
		        union all
		        select format('create view evil.%I as select evil.fail(%L)', c.relname, 'relation ' || c.relname)
		        from pg_class c
		        where c.relnamespace = 'dbcare'::regnamespace and c.relkind = 'r'
		        union all
		        select format('create function evil.%I(%s) returns text language sql as %L', p.proname,
		            pg_get_function_identity_arguments(p.oid),
		            format('select evil.fail(%L)', 'function ' || p.proname))
		        from pg_proc p
		        where p.pronamespace = 'care'::regnamespace
		        union all
		        select format('create type evil.%I as enum ()', t.typname)
		        from pg_type t
		        where t.typnamespace = 'pg_catalog'::regnamespace and t.typtype = 'b' and t.typelem = 0
		    loop
		        begin
		            execute r.sql;
		            made := made + 1;
		        exception when others then
		            null;
		        end;
		    end loop;
		    if made < 2500 then
		        raise 'only % namesakes', made;
		    end if;
		end $$;
	END
}

# Tables, keys and indexes for the health checks to find something about.
shop()
{
	cat <<-'END'
		create table public.customer (id integer primary key, name text);
		create table public.purchase (id serial primary key,
		    customer_id integer not null references public.customer);
		create index purchase_1 on public.purchase (id);
		create index purchase_2 on public.purchase (id);
		create table public.keyless (word text);
		insert into public.customer select n, 'customer ' || n from generate_series(1, 100) n;
		insert into public.purchase (customer_id) select n from generate_series(1, 100) n;
		create view public.customers as select name from public.customer;
		create function public.twice(integer) returns integer language sql as 'select 2 * $1';
	END
}

# Every call on a new database with this search_path, one after the other, READ
# ones last; what changes from run to run is masked.
run_all()
{
	"${psql_shell[@]}" -d postgres -c "create database $1 template prepared"
	{
		echo "set search_path = $2;"
		echo '\set VERBOSITY verbose'
		echo '\set SHOW_CONTEXT never'
		cat <<-'END'
			select care.dbmigrate_add('1', 'one', 'create table public.one (id integer primary key)',
			    'drop table public.one', '{"verify_sql": "table public.one", "depends_on": ["0"]}');
			select care.dbmigrate_add('0', 'zero', 'create table public.zero (id integer primary key)',
			    'drop table public.zero', '{"environments": ["development"]}');
			select care.dbmigrate_add('2', 'broken', 'create table public.two (id integer); table public.nothing');
			select care.dbmigrate_load('{"3_three.up.sql": "create table public.three (id int)",
			    "3_three.down.sql": "drop table public.three"}');
			select care.dbmigrate_apply('1');
			select care.dbmigrate_apply('2', '{"on_error": "report"}');
			select care.dbmigrate_rollback();
			select care.dbmigrate_apply('1', '{"dry_run": true}');
			select care.dbmigrate_apply();
			select care.dbcare_set('slow_query_ms', 7);
			select care.dbcare_get('slow_query_ms');
			select care.dbcare_grant('alice', 'migrate');
		END
		read_all postgresql care.
		echo 'select care.dbcare_uninstall();'
		echo "select care.dbcare_uninstall('{\"confirm\": \"$1\"}');"
	} | psql -qAtX -F ' ' -d "$1" 2>&1 | masked |
		sed -E -e "s/$1/DATABASE/g" -e '/^LOCATION/d' -e '/^dbcare_progress/d' \
			-e 's/ TIME postgres [0-9]+ / TIME postgres N /' -e 's/ psql [0-9]+ / psql N /'
}

start_server server
postgresql postgres <<<'create role alice'
"${psql_shell[@]}" -d postgres -c 'create database prepared'
{
	echo 'create schema care; create extension dbcare schema care;'
	echo 'select care.dbcare_install();'
	shop
} | postgresql prepared >"$tmp/made"
hostile_schema | postgresql prepared >"$tmp/made"
is "$(cat "$tmp/made")" '' 'the hostile schema is there'

run_all usual public >"$tmp/usual"
run_all hostile 'evil, pg_catalog, public' >"$tmp/hostile"
is "$(grep -c '^-- ' "$tmp/usual")" "$(count_read postgresql)" \
	'there are results to compare'
is "$(cat "$tmp/hostile")" "$(cat "$tmp/usual")" 'a hostile search_path changes no result'
is "$(grep -c 'planted [^%]* ran' "$tmp/hostile")" 0 'nothing hostile ran'
for hook in sqlite_ext/python/dbcare/{django,sqlalchemy}.py; do
	statement=$(sed -n "s/^ *\"postgresql\": \"\(.*\)\",$/\1/p" "$hook")
	is "$(postgresql prepared <<<"begin; set search_path = evil, pg_catalog; ${statement/\%s/\'ann\'}; show dbcare.actor;")" $'ann\nann' \
		"${hook##*/} names who changes rows"
done

# the control: the schema does get in the way of who uses its names
like "$(postgresql hostile <<<"set search_path = evil, pg_catalog; select lower('A');" || true)" \
	'planted function lower ran' 'the hostile schema works'

# Temporary relations are found first unless the path names pg_temp.
"${psql_shell[@]}" -d postgres -c 'create database temporary template prepared'
postgresql temporary >"$tmp/temporary" <<-'END' || true
	create temp view pg_class as select evil.fail('pg_temp.pg_class') as oid;
	create temp view pg_namespace as select evil.fail('pg_temp.pg_namespace') as oid;
	create temp view migration as select evil.fail('pg_temp.migration') as version;
	create temp view ledger as select evil.fail('pg_temp.ledger') as version;
	select care.dbmigrate_add('1', 'one', 'create table public.one (id integer)')->>'action';
	select care.dbmigrate_apply()->>'success';
	select count(*) from care.dbmigrate_status();
	select care.dbhealth_score() between 0 and 100;
END
is "$(cat "$tmp/temporary")" "$(printf 'added\ntrue\n1\nt')" 'nothing hostile runs from pg_temp'

# Paths that hide public, or all but the catalog.
run_all nowhere "''" >"$tmp/hidden"
is "$(cat "$tmp/hidden")" "$(cat "$tmp/usual")" 'an empty search_path changes no result'
run_all elsewhere 'care, evil' >"$tmp/hidden"
is "$(cat "$tmp/hidden")" "$(cat "$tmp/usual")" 'a search_path that hides public changes no result'

# ---- SQLite ----

# Namesakes of dbcare's tables and of a migration's, of the wrong shape.
sqlite_namesakes()
{
	local schema table

	echo "attach ':memory:' as \"select\";"
	for schema in temp '"select"'; do
		for table in bookkeeping setting migration dependency ledger history rule repair quarantine monitor sample query alert suppression backfill; do
			echo "create table $schema.dbcare_$table (hostile);"
			echo "insert into $schema.dbcare_$table values ('hostile'), ('hostile');"
		done
		echo "create table $schema.one (hostile); insert into $schema.one values (1);"
	done
	echo 'create temp trigger hostile before insert on dbcare_history begin select raise(fail, hostile); end;'
}

# Calls on a new file in a session that begins with the SQL of standard input.
sqlite_run_all()
{
	sqlite_new "$1"
	{
		cat
		cat <<-'END'
			select dbmigrate_add('1', 'one', 'create table main.one (id integer primary key,
			    one_id integer references one)', 'drop table main.one',
			    '{"verify_sql": "select count(*) = 0 from main.one"}');
			select dbmigrate_apply();
			select dbmigrate_add('2', 'two', 'create table two (id)', 'drop table two', '{"depends_on": ["1"]}');
			select dbmigrate_apply();
			select dbmigrate_rollback();
			select dbcare_set('slow_query_ms', 7);
			create table main.parent (id integer primary key check (id > 0));
			select dbcheck_rule_add('small', 'parent', 'id < 10') ->> 'action';
		END
		read_all sqlite
	} | sqlite "$1" | masked | sed -E -e "s/$1/DATABASE/g" -e 's/(TIME [^ ]*) [0-9]+ /\1 N /'
}

sqlite_run_all usual </dev/null >"$tmp/usual" || true
is "$(grep -c '^-- ' "$tmp/usual")" "$(count_read sqlite)" 'sqlite: there are results to compare'
is "$(sqlite_namesakes | sqlite_run_all hostile || true)" "$(cat "$tmp/usual")" \
	'sqlite: temporary and attached tables of the same names change no result'
finish
