#!/bin/bash
# A role plants SQL where dbcare keeps its own, so that somebody else runs it:
# every call refuses with 42501 and the name of the role, and nothing of what
# was planted runs.  PostgreSQL alone, SQLite has no roles.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# Functions that do not use dbcare's tables answer all the same, or say what they lack;
# so does what is PURE.
harmless=' dbbackup_wal_archive dbinit_packs dbcare_functions dbcare_progress dbcheck_integrity dbcheck_row dbhealth_advise dbhealth_connections dbhealth_indexes dbhealth_ping dbhealth_schema dbhealth_size dbhealth_statistics dbhealth_tables dbmigrate_diff dbmigrate_fingerprint dbmigrate_schema dbmonitor_locks dbmonitor_statistics dbops_count dbops_select dbsync_digest '

# Runs SQL as the attacker.
as_mallory()
{
	PGUSER=mallory postgresql "$1"
}

# Makes a database that mallory may create schemas in, with the trap: a
# function that counts its calls in a sequence, which no rollback takes back.
new_target()
{
	postgresql_new "$1"
	postgresql "$1" <<-END
		grant create on database $1 to mallory;
		grant execute on all routines in schema public to alice;
	END
	as_mallory "$1" <<-'END'
		create schema den;
		grant usage on schema den to public;
		create sequence den.shots;
		grant usage on sequence den.shots to public;
		create function den.trap() returns trigger language plpgsql as $$
		begin
		    perform nextval('den.shots');
		    raise exception 'planted code ran as %', current_user;
		end $$;
	END
}

# The outcomes of a class of functions when an object belongs to mallory.
refusals()
{
	local name

	each_of "$1" postgresql '' | while read -r name; do
		if [[ $harmless = *" $name "* ]]; then
			echo "$name 00000"
		elif [ "$name" = dbmonitor_queries ]; then
			echo "$name 55000 statements are not counted"
		else
			echo "$name 42501 $2 belongs to role \"mallory\""
		fi
	done
}

# refused DATABASE OBJECT NAME: planted code does not run for any role.  With some
# classes of functions for each role, in make soak with all.
refused()
{
	local role class

	while read -r role class; do
		is "$(PGUSER=$role outcomes "$class" "$1")" \
			"$(refusals "$class" "$2")" "$3: $class refused to $role"
	done < <(sample 2 'postgres READ' 'alice WRITE' 'postgres WRITE' 'alice READ')
	is "$(postgresql "$1" <<<'select is_called from den.shots;')" f "$3: planted code does not run"
}

# sprung DATABASE NAME SQL: the control: the trap does work.
sprung()
{
	postgresql "$1" <<<"$3" >"$tmp/control" || true
	like "$(cat "$tmp/control")" "planted code ran as ${4:-postgres}" "$2: the trap works"
}

start_server server
postgresql postgres <<-'END'
	create role mallory login;
	create role alice login in role pg_read_server_files;
END

# ---- (a) tables with the shape of dbcare's, with migrations in them ----

postgresql_new genuine
postgresql genuine >"$tmp/genuine" <<-'END'
	select dbmigrate_add('1', 'first', 'select nextval(''den.shots'')',
	    'select nextval(''den.shots'')',
	    '{"verify_sql": "select nextval(''den.shots'')"}');
	select dbmigrate_baseline('1');
	select dbmigrate_add('2', 'second', 'select nextval(''den.shots''); alter role mallory superuser',
	    'select 1');
	select dbcare_set('environment', 'development');
END
new_target planted
pg_dump --schema dbcare --no-owner --no-privileges genuine |
	PGUSER=mallory psql -qX -v ON_ERROR_STOP=1 -d planted >"$tmp/plant" 2>&1
as_mallory planted <<-'END'
	grant usage on schema dbcare to public;
	grant all on all tables in schema dbcare to public;
	grant all on all sequences in schema dbcare to public;
	create trigger planted before insert or update or delete on dbcare.history
	    for each row execute function den.trap();
END
refused planted 'schema dbcare' 'planted tables'
postgresql planted <<<'alter schema dbcare owner to postgres'
refused planted 'relation dbcare.adoption' 'planted tables in a schema of postgres'
is "$(postgresql planted <<<"select rolsuper from pg_catalog.pg_roles where rolname = 'mallory';")" f \
	'planted tables: mallory is no superuser'
sprung planted 'planted tables' 'delete from dbcare.history;'

# ---- (b) a trigger of his on tables of the legitimate owner ----

new_target trigger
postgresql trigger >"$tmp/made" <<-'END'
	select dbmigrate_add('1', 'first', 'create table public.one (id integer)', 'drop table public.one');
	select dbmigrate_add('2', 'second', 'create table public.two (id integer)', 'drop table public.two');
	select dbmigrate_apply('1');
	grant trigger on dbcare.ledger to mallory;
END
as_mallory trigger <<-'END'
	create trigger planted after insert or update or delete on dbcare.ledger
	    for each row execute function den.trap();
END
refused trigger 'the function of trigger planted on dbcare.ledger' 'a trigger'
postgresql trigger <<<'revoke trigger on dbcare.ledger from mallory'
refused trigger 'the function of trigger planted on dbcare.ledger' 'a trigger that outlived its grant'
sprung trigger 'a trigger' 'delete from dbcare.ledger;'

# A foreign key of his that refers to such a table, with a deferred trigger on
# the rows it cascades to: that would run as whoever ends the transaction.
new_target cascade
postgresql cascade >"$tmp/made" <<-'END'
	select dbmigrate_add('1', 'first', 'create table public.one (id integer)', 'drop table public.one');
	select dbmigrate_apply('1');
	grant references on dbcare.ledger to mallory;
END
as_mallory cascade <<-'END'
	create table den.child (version text references dbcare.ledger on delete cascade);
	insert into den.child values ('1');
	create constraint trigger planted after delete on den.child
	    deferrable initially deferred for each row execute function den.trap();
END
refused cascade 'the table of foreign key child_version_fkey to dbcare.ledger' 'a foreign key'
# from 18 on it runs as who has queued it: the cascade, as the owner of den.child
sprung cascade 'a foreign key' 'delete from dbcare.ledger;' '(postgres|mallory)'

# ---- (c) the schema alone, and something new in the genuine one ----

new_target schema
as_mallory schema <<<'create schema dbcare'
refused schema 'schema dbcare' 'an empty schema'

# He creates it between the look at it and CREATE SCHEMA IF NOT EXISTS, where an
# event trigger waits for him.
new_target race
postgresql race <<-'END'
	create function public.await() returns event_trigger language plpgsql as $$
	begin
	    if session_user = 'mallory' then
	        return;
	    end if;
	    for i in 1 .. 6000 loop
	        exit when exists (select from pg_namespace where nspname = 'dbcare');
	        perform pg_sleep(0.01);
	    end loop;
	end $$;
	create event trigger await on ddl_command_start when tag in ('CREATE SCHEMA') execute function public.await();
END
for isolation in 'read committed' 'repeatable read'; do
	postgresql race <<-END >"$tmp/raced" 2>&1 &
		\\set VERBOSITY verbose
		begin isolation level $isolation;
		select dbcare_install();
		commit;
	END
	racer=$!
	until_true race "select exists (select from pg_stat_activity where query like '%dbcare_install%' and state = 'active' and pid <> pg_backend_pid())" >"$tmp/made"
	as_mallory race <<<'create schema dbcare'
	wait $racer || true
	like "$(cat "$tmp/raced")" 'schema dbcare belongs to role "mallory"|another session has created schema dbcare|23505: .*\(dbcare\) already exists' \
		"$isolation: a schema that appears meanwhile is refused"
	is "$(postgresql race <<<"select count(*) from pg_class where relnamespace = 'dbcare'::regnamespace")" 0 \
		'... and nothing is created in it'
	as_mallory race <<<'drop schema dbcare'
done

new_target guest
postgresql guest >"$tmp/made" <<-'END'
	select dbcare_install();
	grant create on schema dbcare to mallory;
END
as_mallory guest <<<'create table dbcare.extra (id integer)'
refused guest 'relation dbcare.extra' 'a table in the genuine schema'

# ---- (d) the health checks read tables of the attacker ----

# found DATABASE CHECK: what a check says to the superuser.
found()
{
	postgresql "$1" <<<"select severity, object, reason
		from dbhealth_checks('{\"checks\": [\"$2\"]}') order by 1, 2;"
}

# A function named as amcheck's whose argument fits better.
new_target namesake
postgresql namesake <<-'END'
	create extension amcheck;
	grant create on schema public to mallory;
	create table public.one (id integer primary key);
END
as_mallory namesake <<-'END'
	create function public.bt_index_check(oid) returns void language plpgsql as $$
	begin raise exception 'planted code ran as %', current_user; end $$;
END
is "$(found namesake integrity_structure)" 'ok  ' 'another function named bt_index_check does not run'
sprung namesake 'a namesake of bt_index_check' \
	"select public.bt_index_check(oid) from pg_class where relname = 'one_pkey';"

# Whoever may create functions beside those of the extension: the command and dbcare's
# own statements call its functions with types that no other function fits better.
new_target fitting
postgresql fitting <<-'END'
	create extension amcheck;
	grant create on schema public to mallory;
	create table public.one (id integer primary key);
	do 'begin perform dbcare_install(); end';
END
is "$(postgresql fitting <<<"
	select p.proname from pg_proc as p join pg_depend as d on d.objid = p.oid and d.deptype = 'e'
	where '\"any\"'::regtype = any (p.proargtypes::oid[]) and p.pronamespace = 'public'::regnamespace
		and not exists (select from pg_proc as o where o.proname = p.proname and o.pronamespace = p.pronamespace
			and o.proargtypes::text = replace(p.proargtypes::text, '\"any\"'::regtype::oid::text, 'text'::regtype::oid::text))")" \
	'' 'each function that takes any value has one for text'
as_mallory fitting <<-'END'
	create function public.dbcare_set(text, varchar) returns text language plpgsql as $$
	begin raise exception 'planted code ran as %', current_user; end $$;
	create function public.bt_index_check(integer, boolean) returns void language plpgsql as $$
	begin raise exception 'planted code ran as %', current_user; end $$;
	create function public.bt_index_check(regclass, text) returns void language plpgsql as $$
	begin raise exception 'planted code ran as %', current_user; end $$;
END
is "$(as_mallory fitting <<<"create function public.dbcare_set(text, text) returns text language sql as 'select 1';" |
	grep -o 'already exists')" 'already exists' 'that for text cannot be made by others'
sprung fitting 'a function that fits better' "select dbcare_set('environment', 'testing'::varchar);"
is "$(build/dbcare --db "postgresql:///fitting" settings environment testing 2>&1 | grep -c planted || true)
$(postgresql fitting <<<"select value from dbcare_settings() where name = 'environment'")" '0
testing' 'the command calls the function of the extension'
is "$(postgresql fitting <<<"select count(*) from dbcheck_integrity('{\"level\": \"full\"}') as i where i::text ~ 'planted';
	select dbcheck_repair()::text ~ 'planted';")" '0
f' 'so do tests of indexes'
is "$(postgresql fitting <<<"select message from dbhealth_checks('{\"checks\": [\"extension_schema_open\"]}');")" \
	'schema public of the extension dbcare lets mallory create functions' 'a finding names who could do that'

# Code in an index, which runs when a query is planned; it does what it is
# meant to, count, for its owner alone.
new_target planning
as_mallory planning <<-'END'
	create function den.once(integer) returns integer language plpgsql immutable as $$
	begin
	    if current_user <> 'mallory' then
	        raise exception 'planted code ran as %', current_user;
	    end if;
	    return $1;
	end $$;
	create table den.parent (id integer primary key);
	create table den.child (id integer references den.parent);
	create index on den.child (id, den.once(1));
	insert into den.parent values (1);
	insert into den.child values (1);
END
is "$(found planning orphaned_rows)" 'ok  ' 'an index on a table: the query runs as its owner'
is "$(PGUSER=mallory found planning orphaned_rows)" 'ok  ' 'an index on a table: its owner gets the same result'
postgresql planning <<-'END'
	create table den.lent (id integer primary key) partition by range (id);
	create table den.lent_1 partition of den.lent for values from (0) to (10);
	create table den.lent_child (id integer references den.lent);
	alter table den.lent_1 owner to mallory;
END
as_mallory planning <<<'create index on den.lent_1 (id, den.once(1));'
is "$(found planning orphaned_rows)" 'ok  ' 'a partition of another owner: rows are read, nothing runs'
postgresql planning <<-'END'
	create role bob;
	alter table den.lent_child owner to bob;
END
is "$(found planning orphaned_rows)" 'ok  ' \
	'tables of two owners who cannot trust each other: rows are read, nothing runs'
postgresql planning <<-'END'
	drop table den.lent_child, den.lent;
	alter table den.parent enable row level security, force row level security;
END
is "$(found planning orphaned_rows)" 'ok  ' \
	'row security that the owner forces on himself hides no parents from others'
sprung planning 'an index on a table' 'explain select from den.child where id = 1;'

# A data rule runs code for every role that verifies the table.
new_target rules
postgresql rules >"$tmp/made" <<-'END'
	select dbcare_install()->>'success';
	grant create on schema public to mallory;
	create role bookkeeper;
	select dbcare_grant('bookkeeper', 'admin')->>'area';
	create table public.one (id integer primary key, name varchar);
	insert into public.one values (1, 'x');
	create schema closed;
	create table closed.two (id integer primary key, name varchar);
	insert into closed.two values (1, 'x');
	create function closed.is_good(text) returns boolean immutable language sql as 'select $1 = ''x''';
	select dbcheck_rule_add('one', 'public.one', 'length(name) = 1')->>'action';
	select dbcheck_rule_add('two', 'closed.two', 'is_good(name) and id in (select id from two)')->>'action';
END
as_mallory rules <<-'END'
	create function public.length(varchar) returns integer immutable language plpgsql as $$
	begin raise exception 'planted code ran as %', current_user; end $$;
	create table den.three (id integer);
	insert into den.three values (1);
	create function den.once(integer) returns integer language plpgsql immutable as $$
	begin
	    if current_user <> 'mallory' then
	        raise exception 'planted code ran as %', current_user;
	    end if;
	    return $1;
	end $$;
END
postgresql rules >"$tmp/made" <<<"select dbcheck_rule_add('three', 'den.three', 'once(id) > 1')->>'action';"
is "$(postgresql rules <<<"select name, violations, severity, message from dbcheck_run('{\"sources\": [\"rule\"]}');")" \
	'three 1 warning 1 row violates the rule three' \
	'a rule sees no functions of strangers, and those of the owner run as he'
like "$(as_mallory rules <<<"select dbcheck_rule_add('four', 'public.one', 'true');" || true)" \
	'permission denied for function dbcheck_rule_add' 'not everybody may add rules'
postgresql rules <<<'grant execute on all routines in schema public to mallory'
like "$(as_mallory rules <<<"select dbcheck_rule_add('four', 'public.one', 'true');" || true)" \
	'permission denied for (schema|table)|must be owner of table one' 'nor who may call, but not write'
like "$(postgresql rules <<<"set role bookkeeper; insert into dbcare.rule
	(name, table_name, expression, severity, created_by) values ('four', 'public.one', 'true', 'info', 'x');" || true)" \
	'permission denied for table rule' 'nor who keeps the books'
postgresql rules <<<'grant insert, update, delete on dbcare.rule to bookkeeper'
like "$(postgresql rules <<<"set role bookkeeper; select dbcheck_rule_add('four', 'public.one', 'true');" || true)" \
	'must be owner of table one' 'nor who does not own the table'
sprung rules 'a namesake of length' 'select length(name) from public.one;'

# ---- what must go on working ----

# The owner need not be a superuser if he is the one who calls.
new_target own
postgresql own <<<'grant execute on all routines in schema public to mallory'
as_mallory own >"$tmp/own" <<-'END'
	select dbmigrate_add('1', 'first', 'create table den.one (id integer)')->>'action';
	select dbmigrate_apply()->'applied';
END
is "$(cat "$tmp/own")" "$(printf 'added\n["1"]')" 'an ordinary role runs migrations of its own'
refused own 'schema dbcare' 'tables of an ordinary role'
finish
