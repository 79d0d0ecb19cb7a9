#!/bin/bash
# Rows verified and repaired with and without the extension: the same findings,
# repairs that the other one undoes, and no code of others with the rights of
# the user.
. "$(dirname "$0")/../../lib.sh"

start_server s
psql -qd postgres -c 'create role app login createdb' -c 'create role low login'
PGUSER=app psql -qd postgres -c 'create database shop'
rows="postgresql shop"

# over ROLE FUNCTION ...: calls over the connection
over()
{
	build/wire/call "dbname=${database-shop} user=$1" "${@:2}" 2>&1
}

PGUSER=app psql -qd shop <<'SQL'
create domain positive as int;
create table parent (id int primary key, name text);
create table child (id int primary key, parent_id int, n positive, list positive[], code text,
	constraint parent foreign key (parent_id) references parent on delete cascade);
create table plain (a int, b int generated always as (a * 2) stored, constraint small check (a < 10) not valid);
create table part (id int, parent_id int constraint parent references parent) partition by range (id);
create table part_1 partition of part for values from (0) to (100);
create index on child (parent_id);
insert into parent values (1, 'one'), (2, 'two');
insert into child values (1, 1, 5, '{1}', 'a'), (2, 2, 6, '{2,-3}', 'b'), (3, 1, -7, null, 'c');
create function count_changes() returns trigger language plpgsql as
	$$ begin raise exception 'the trigger fires'; end $$;
create trigger changes before insert or update or delete on child for each row execute function count_changes();
SQL
psql -qd shop <<'SQL'
set session_replication_role = replica;
insert into child values (4, 9, 8, null, 'd'), (5, 8, null, null, 'it''s');
insert into part values (1, 7), (2, 1);
alter domain positive add constraint above check (value > 0) not valid;
alter table child add constraint short check (code < 'c') not valid;
insert into plain values (1);
SQL

# ---- the same findings ----
findings=$(over app dbcheck_run; over app dbcheck_constraints NULL '{"all": true}'; over app dbcheck_orphans)
like "$(build/dbcare --json --db 'dbname=shop user=app' repair --dry-run && echo 0 || echo $?)" \
	'"nothing to repair, except what is unknown".*"rows of public.part_1 cannot be changed without the right to set session_replication_role".*1$' \
	'what the role may not repair is unknown'
psql -qd shop -c 'create extension dbcare' -c 'grant execute on all routines in schema public to app'
# what is nested in arrays is unknown over the connection
same='^public\.child\|above\|type\||^constraint\|above\|'
is "$(grep -vE "$same" <<<"$findings")" "$(PGUSER=app psql -qAtX -F '|' -d shop -c 'select * from dbcheck_run()' \
	-c "select * from dbcheck_constraints(null, '{\"all\": true}')" -c 'select * from dbcheck_orphans()' | grep -vE "$same")" \
	'the same findings'
like "$findings" 'above\|type\|1\|\[3\]' 'the domain of a column is verified'
like "$findings" 'above\|type\|\|\|domains inside arrays and composite types are not verified' 'one in an array is unknown'

# ---- repairs ----
all='select * from child order by 1; select * from part order by 1; select * from plain order by 1'
before=$($rows <<<"$all")
repair='{"dry_run": false, "orphans": "quarantine", "relation": "part_1"}'
like "$(over app dbcheck_repair "$repair")" 'session_replication_role.*GRANT SET ON PARAMETER session_replication_role TO app' \
	'a role that cannot keep triggers from firing repairs nothing'
is "$($rows <<<"$all")" "$before" 'and has changed nothing'
psql -qd shop -c 'grant set on parameter session_replication_role to app' 2>/dev/null || psql -qd shop -c 'alter role app superuser'
like "$(over app dbcheck_repair "$repair")" '"1 row repaired"' 'a repair over the connection'
is "$(PGUSER=app psql -qAtXd shop -c 'select dbcheck_undo(1) ->> $$message$$')" '1 row restored' 'is undone by the extension'
like "$(PGUSER=app psql -qAtXd shop -c "select dbcheck_repair('$repair')")" '"1 row repaired"' 'a repair by the extension'
like "$(over app dbcheck_undo 2)" '"1 row restored"' 'is undone over the connection'
is "$($rows <<<"$all")" "$before" 'all rows are what they were'
repair='{"dry_run": false, "orphans": "set_null", "relation": "child"}'
like "$(over app dbcheck_repair "$repair")" 'violates check constraint "short"' \
	'a row that violates another constraint is not changed'
psql -qd shop -c 'alter table child drop constraint short' -c 'alter domain positive drop constraint above'
like "$(over app dbcheck_repair "$repair")" '"2 rows repaired"' 'without that constraint it is'
psql -qd shop -c 'alter table child add more int'
like "$(over app dbcheck_undo 3)" 'table public.child has changed since the repair. Column more was added' 'not into a table with another column'
like "$(PGUSER=app psql -qAtXd shop -c 'select dbcheck_undo(3)' 2>&1 | tr '\n' ' ')" 'table public.child has changed since the repair *DETAIL:  Column more was added' \
	'as the extension says'
psql -qd shop -c 'alter table child drop more'
like "$(over app dbcheck_undo 3)" '"2 rows restored"' 'and restored'
is "$($rows <<<"$all")" "$before" 'all rows are what they were, and no trigger fired'
psql -qd shop -c 'alter table child enable replica trigger changes'
like "$(over app dbcheck_repair "$repair")" 'cannot be changed.*ENABLE REPLICA' 'a trigger that would fire is named'

# ---- code of others ----
user=$(psql -qAtXd postgres -c 'select current_user')
psql -qd postgres -c 'create database trap'
psql -qd trap -c 'create schema trap authorization low'
PGUSER=low psql -qd trap <<'SQL'
create table trap.simple (id int primary key, a int not null check (a > 0));
create table trap.guarded (id int primary key, a int);
insert into trap.guarded values (1, 1);
create function trap.spring(int) returns boolean language plpgsql immutable as
	$$ begin if current_user <> 'low' then raise exception 'sprung as %', current_user; end if; return true; end $$;
alter table trap.guarded add constraint spring check (trap.spring(a)) not valid;
SQL
like "$(database=trap over "$user" dbcheck_constraints trap.guarded)" \
	"code of role \"low\" would run with the rights of role \"$user\"" 'a function of another role does not run'
like "$(database=trap over "$user" dbcheck_constraints trap.simple '{"all": true}')" \
	"code of role \"low\" would run with the rights of role \"$user\"" 'nor one that the owner of a table can add meanwhile'
is "$(database=trap over low dbcheck_constraints trap.guarded '{"all": true}' | grep -c '|0|')" 2 'its owner verifies it'
psql -qXd trap -c 'grant usage on schema trap to app'
PGUSER=low psql -qXd trap <<'SQL'
create table trap.part_of (id int check (id > 0)) partition by range (id);
create table trap.part_1 partition of trap.part_of for values from (0) to (9);
create index on trap.part_1 (id) where trap.spring(1);
create table trap.predicate (id int check (id > 0));
create index on trap.predicate (id) where trap.spring(1);
create table trap.counted (id int check (id > 0), a int);
create statistics trap.counts on (trap.spring(a)), id from trap.counted;
create table trap.made (id int check (id > 0), b boolean generated always as (trap.spring(id)) stored);
create domain trap.dom as int check (trap.spring(value));
create table trap.domained (id int check (id > 0), d trap.dom[]);
create operator trap.### (leftarg = int, rightarg = int, function = int4pl);
create table trap.operated (id int, check (id operator(trap.###) 1 > 0));
create table trap.target (id int primary key);
create index on trap.target (id) where trap.spring(1);
create table trap.refers (id int references trap.target);
-- functions of PostgreSQL that run texts, and find views and types by numbers
create table trap.asks (id int check (query_to_xml('select trap.spring(1)', true, false, '') is not null));
create view trap.looked_at as select trap.spring(1);
create table trap.looks (id int check (table_to_xml(to_regclass(concat('trap.', 'looked_at')), true, false, '') is not null));
create table trap.reads (id int check (array_in('{5}', to_regtype(concat('trap.', 'dom'))::oid, -1) is not null));
grant usage on schema trap to public;
SQL
# a domain of somebody who is trusted over one of somebody who is not
psql -qXd trap -c 'create domain public.over as trap.dom' -c 'grant create on schema public to low'
PGUSER=low psql -qXd trap -c 'create table trap.nested (id int check (id > 0), d public.over)'
# tables of the user with code of somebody else
for table in part_of part_1 predicate counted made domained operated refers target nested; do
	psql -qXd trap -c "alter table trap.$table owner to \"$user\""
done
for table in part_of predicate counted made domained operated refers asks looks reads nested; do
	like "$(database=trap over "$user" dbcheck_constraints "trap.$table" '{"all": true}')" \
		"code of role \"low\" would run with the rights of role \"$user\"" "trap.$table: its code does not run"
done
# comparing arrays finds the operator class of their elements when it runs
psql -qXd trap <<'SQL'
create type trap.mood as enum ('well', 'ill');
create function trap.compare(trap.mood, trap.mood) returns int language plpgsql immutable as
	$$ begin perform trap.spring(1); return enum_cmp($1, $2); end $$;
create function trap.same(trap.mood, trap.mood) returns boolean language plpgsql immutable as
	$$ begin return trap.spring(1) and enum_eq($1, $2); end $$;
alter function trap.compare owner to low;
alter function trap.same owner to low;
create operator trap.=== (leftarg = trap.mood, rightarg = trap.mood, function = trap.same);
create operator class trap.mood_ops default for type trap.mood using btree as
	operator 3 trap.===, function 1 trap.compare(trap.mood, trap.mood);
create table trap.moods (m trap.mood[] primary key);
insert into trap.moods values (array[]::trap.mood[]);
SQL
like "$(database=trap over "$user" dbcheck_constraints trap.moods '{"all": true}')" \
	"code of role \"low\" would run with the rights of role \"$user\"" 'nor the operator class of the elements of a key'
# the owner of a server chooses where a foreign table connects to
psql -qXd trap <<'SQL'
create extension file_fdw;
create server far foreign data wrapper file_fdw;
grant usage on foreign data wrapper file_fdw to low;
alter server far owner to low;
create table trap.mine (id int check (id > 0)) partition by range (id);
create foreign table trap.far partition of trap.mine for values from (0) to (9) server far options (filename '/dev/null');
SQL
like "$(database=trap over "$user" dbcheck_constraints trap.mine '{"all": true}')" \
	"code of role \"low\" would run with the rights of role \"$user\"" 'a foreign table of another server is not read'
# code can leave a role that the owner of the database has given to a superuser
psql -qXd trap -c "alter table trap.simple owner to \"$user\""
psql -qXd postgres -c 'alter database trap set role = low'
like "$(database=trap over "$user" dbcheck_constraints trap.guarded '{"all": true}')" \
	"the session of superuser \"$user\" has role \"low\".*PGOPTIONS='-c role=none'" 'nothing runs as a role that it can leave'
like "$(PGOPTIONS='-c role=none' database=trap over "$user" dbcheck_constraints trap.simple '{"all": true}')" \
	'simple_a_check\|check\|0\|' '... and what the hint says helps'
psql -qXd postgres -c 'alter database trap reset role'
psql -qXd trap -c 'create table trap.goal (id int primary key)' -c 'create table trap.lost (id int primary key, p int references trap.goal)' \
	-c 'alter table trap.goal owner to low' -c 'alter table trap.lost owner to low' \
	-c 'set session_replication_role = replica' -c 'insert into trap.lost values (1, 9)'
repair='{"dry_run": false, "orphans": "quarantine", "relation": "trap.lost"}'
like "$(database=trap over "$user" dbcheck_repair "$repair")" "code of role \"low\" would run with the rights of role \"$user\"" \
	'a repair, which may run any of it, is refused'
is "$(psql -qAtXd trap -c 'select count(*) from trap.lost')" 1 'and changes nothing'
# what others create in the schema of a table is not found by the code of its owner
psql -qXd trap -c 'create schema shared authorization app' -c 'grant usage, create on schema shared to low'
PGUSER=app psql -qXd trap <<'SQL'
create table shared.t (id int);
insert into shared.t values (1);
create function shared.calls(int) returns boolean language plpgsql as $$ begin return helper($1); end $$;
alter table shared.t add check (shared.calls(id)) not valid;
SQL
PGUSER=low psql -qXd trap -c "create function shared.helper(int) returns boolean language plpgsql as \$\$ begin raise exception 'sprung'; end \$\$"
like "$(database=trap over app dbcheck_constraints shared.t)" 'function helper\(integer\) does not exist' 'nor what others put into its schema'
psql -qXd trap -c 'revoke create on schema shared from low'
like "$(database=trap over app dbcheck_constraints shared.t)" 'sprung' 'unless nobody else may create there'
finish
