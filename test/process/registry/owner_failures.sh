#!/bin/bash
# What the owner of a table has made can fail in any way: with the SQLSTATE of a
# cancel, of a shutdown, of damage.  What is about that table is unknown then,
# and calls about the whole database go on; a real cancel ends them.  PostgreSQL
# alone, SQLite has no roles.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

db=failures

# What a call says without the repair's number.
said()
{
	postgresql "$db" <<<"set client_min_messages = error; $1" || true
}

start_server server
postgresql_new "$db"
postgresql "$db" <<-'END' >"$tmp/made"
	set client_min_messages = error;
	create role evil login;
	create role app login;
	create extension amcheck;
	create schema evil authorization evil;
	create schema app authorization app;
	grant usage on schema app to evil;
	select dbcare_install();
	-- what may be found, and repaired, whatever evil does
	set role app;
	create table app.parent (id integer primary key);
	grant references, select on app.parent to evil;
	insert into app.parent values (1);
	create table app.child (id integer primary key, p integer, n integer);
	insert into app.child values (1, 1, 1), (2, 7, -1);
	alter table app.child add foreign key (p) references app.parent not valid;
	alter table app.child add check (n > 0) not valid;
	create table app.other (id integer primary key, p integer references app.parent);
	set role evil;
	create table evil.parent (id integer primary key);
	insert into evil.parent values (1);
	-- fails as the setting says, or with an assertion; an index can be made as
	-- long as it does not
	create table evil.armed (code text);
	create function evil.fail(code text, value integer) returns integer language plpgsql immutable as $$
	begin
	    if not exists (select from evil.armed) then
	        return value;
	    end if;
	    if code = 'P0004' then
	        assert false, 'evil assertion';
	    end if;
	    raise exception 'evil failure' using errcode = code;
	end $$;
	create function evil.linger() returns boolean language plpgsql as $$
	begin
	    if exists (select from evil.armed where code = 'linger') then
	        perform pg_sleep(20);
	    end if;
	    return true;
	end $$;
END

codes='57014 57P01 57P02 53200 53300 P0004 XX001 XX002 XX000 58030 40001 40P01 55P03 54001 42501 0A000'
for code in $codes; do
	cat <<-END
		create table evil.c$code (id integer primary key, p integer, check (evil.fail('$code', id) is not null));
		insert into evil.c$code values (1, 1), (2, 7);
		create index on evil.c$code (evil.fail('$code', id));
	END
done | PGUSER=evil postgresql "$db"
orphaned='57014 53200 P0004'
for code in $orphaned; do
	echo "alter table evil.c$code add foreign key (p) references evil.parent not valid;"
done | PGUSER=evil postgresql "$db"
PGUSER=evil postgresql "$db" <<-'END'
	create table evil.slow (id integer primary key, check (evil.linger()));
	insert into evil.slow values (1);
	-- rows that nobody may see, and a key between two owners
	create table evil.hidden (id integer primary key, p integer);
	insert into evil.hidden values (1, 1), (2, 7);
	alter table evil.hidden add foreign key (p) references app.parent not valid;
	alter table evil.hidden enable row level security;
	alter table evil.hidden force row level security;
	insert into evil.armed values ('armed');
END

is "$(said "select count(*) from dbcheck_constraints() where table_name like 'evil.c%' and kind = 'check' and violations is null and message is not null")" \
	"$(wc -w <<<"$codes")" 'dbcheck_constraints(): each CHECK that fails is unknown'
is "$(said "select constraint_name, violations from dbcheck_constraints() where table_name = 'app.child' order by 1")" \
	'child_n_check 1
child_p_fkey 1' 'dbcheck_constraints(): what others have is verified'
is "$(said "select count(*) from dbcheck_orphans() where table_name = 'app.child' and orphans = 1")" 1 'dbcheck_orphans() finds orphans of other owners'

is "$(said "select severity, count(*) from dbcheck_integrity() where problem like '%evil%' group by 1")" \
	"unknown $(wc -w <<<"$codes")" 'dbcheck_integrity(): no index is called damaged'
for call in "dbcheck_run('{\"level\": \"full\"}')" "dbhealth_checks('{\"level\": \"full\"}')"; do
	like "$(said "select count(*) from $call")" '^[0-9]+$' "$call completes"
done
is "$(said "select count(*) from dbhealth_checks('{\"level\": \"full\"}') where check_id like 'integrity%' and severity = 'critical'")" \
	0 'level full: no index is called damaged'

# A repair of all: evil's items are refused in words, the others are repaired.
is "$(said "select r -> 'relations', jsonb_array_length(r -> 'unknown') from dbcheck_repair('{\"orphans\": \"quarantine\"}') as r")" \
	"[{\"rows\": 1, \"action\": \"delete\", \"table_name\": \"app.child\", \"constraint_name\": \"child_p_fkey\"}] 4" \
	'a dry run tells what can be repaired, and what cannot'
is "$(said "select u ->> 'reason', count(*) from dbcheck_repair('{\"dry_run\": false, \"orphans\": \"quarantine\"}') as r,
	jsonb_array_elements(r -> 'unknown') as u group by 1 order by 1")" \
	"code of role \"app\" would run with the rights of role \"evil\" 1
evil assertion 1
evil failure 2" \
	'the repair refuses the same, in words'
is "$(said 'select count(*) from app.child')" 1 'dbcheck_repair() repairs the other tables'

# A table of evil that refers to one of app: what is removed there would leave
# rows that nobody can see without parent.
postgresql "$db" <<-'END' >"$tmp/made"
	grant references on app.child to evil;
	set role evil;
	create table evil.guest (id integer primary key, c integer references app.child);
	reset role;
	set session_replication_role = replica;
	insert into app.child values (3, 8, 1);
	insert into app.other values (1, 8);
END
is "$(said "select r -> 'relations' -> 0 ->> 'table_name', jsonb_array_length(r -> 'relations'), u ->> 'reason'
	from dbcheck_repair('{\"dry_run\": false, \"orphans\": \"quarantine\"}') as r, jsonb_array_elements(r -> 'unknown') as u
	where u ->> 'table_name' = 'app.child'")" \
	'app.other 1 rows of evil.guest may lose their parent in app.child, but code of role "app" would run with the rights of role "evil"' \
	'a key of another owner stops one table alone'

# Texts of any length do not fill what is said about all tables.
PGUSER=evil postgresql "$db" <<-'END'
	create function evil.talk() returns boolean language plpgsql as $$
	begin
	    if exists (select from evil.armed where code = 'talk') then
	        raise exception '%', repeat('ä', 1000000) using detail = repeat('ä', 1000000), hint = repeat('ä', 1000000);
	    end if;
	    return true;
	end $$;
	create table evil.talker (id integer primary key, check (evil.talk()));
	insert into evil.talker values (1);
	insert into evil.armed values ('talk');
END
is "$(said "select count(*), max(octet_length(c.message)) between 9000 and 31000 from dbcheck_constraints() as c
	where c.table_name = 'evil.talker' and c.message ~ 'ä'")" '1 t' 'a long message is cut off'
like "$(said "select length(dbhealth_report('{\"level\": \"full\"}')::text) < 1000000")" t '... and a report is not filled by it'

# A real end of the call.
PGUSER=evil postgresql "$db" <<<"insert into evil.armed values ('linger')"
started=$SECONDS
like "$(said "set statement_timeout = 1000; select count(*) from dbcheck_constraints();")" \
	'canceling statement due to statement timeout' 'a statement timeout ends the call'
is $((SECONDS - started < 15)) 1 'and at once'
finish
