#!/bin/bash
# What a role owns runs with the rights of that role alone, whatever function a
# superuser calls.  Every place of a table where its owner can put code has a
# trap, which writes to the server's log who it ran as.  PostgreSQL alone, SQLite
# has no roles.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

db=traps

# as ROLE: runs SQL as a role, which must work; what it says is of no interest.
as()
{
	{
		echo 'set client_min_messages = error;'
		cat
	} | PGUSER=$1 postgresql "$db" >"$tmp/made" || {
		cat "$tmp/made"
		exit 1
	}
}

# The traps that ran since the last call, as "who: place", each once.
sprung()
{
	tail -c "+$((seen + 1))" "$tmp/server/log" |
		sed -nE 's/.*trap of (\w+) at (.*) ran as (\w+)( at character [0-9]+)?$/\3 ran the trap of \1 at \2/p' |
		sort -u
	seen=$(stat -c %s "$tmp/server/log")
}
seen=0

# What may run: the code of a table as its owner.  A CHECK that is inherited is
# code of whoever owns the table that has inherited it, too.
allowed='^((\w+) ran the trap of \2 |evil ran the trap of app at family)'

# contained NAME SQL: a call springs no trap with the rights of another role than
# the owner.  What it answers is in $tmp/answer.
contained()
{
	postgresql "$db" <<<"set client_min_messages = error; $2" >"$tmp/answer" || true
	sprung >"$tmp/sprung"
	seen=$(stat -c %s "$tmp/server/log")
	is "$(grep -vE "$allowed" "$tmp/sprung" || true)$(grep '^ERROR' "$tmp/answer" || true)" '' "$1"
}

start_server server log_min_messages=warning log_statement=none log_error_verbosity=terse
postgresql_new "$db"
as postgres <<-'END'
	create role evil login;
	create role app login;
	create role mig login;
	create extension if not exists amcheck;
	create schema evil authorization evil;
	create schema app authorization app;
	grant usage on schema app to evil;
	grant usage on schema evil to app;
	create schema trap;
	grant usage, create on schema trap to public;
	select dbcare_install();
	select dbcare_grant('mig', 'migrate');
END

# set_traps ROLE: functions of a role; all are immutable, so that a planner may
# call them.
set_traps()
{
	as "$1" <<-END
		create function $1.spring(place text, answer boolean default true) returns boolean
		language plpgsql immutable as \$\$
		begin
		    raise warning 'trap of $1 at % ran as %', place, current_user;
		    return answer;
		end \$\$;
		create function $1.number(place text, answer integer default 0) returns integer
		language plpgsql immutable as \$\$
		begin
		    raise warning 'trap of $1 at % ran as %', place, current_user;
		    return answer;
		end \$\$;
		create function $1.fire() returns trigger language plpgsql as \$\$
		begin
		    raise warning 'trap of $1 at trigger % ran as %', tg_name, current_user;
		    return coalesce(new, old);
		end \$\$;
		create function $1.inlined(place text) returns integer language sql immutable as
		    'select $1.number(place)';
	END
}
set_traps evil
set_traps app

as evil <<-'END'
	create table evil.parent (id integer primary key, check (evil.spring('parent check')));
	insert into evil.parent values (1);
	create index on evil.parent (id) where evil.spring('index predicate of a parent');

	-- the reproduction: its predicate is constant
	create table evil.child (id integer primary key, p integer);
	insert into evil.child values (1, 1), (2, 7);
	alter table evil.child add constraint child_parent foreign key (p) references evil.parent not valid;
	create index on evil.child (p) where evil.spring('index predicate');
	create index on evil.child ((id + evil.number('index expression')));
	create unique index on evil.child ((id + evil.inlined('unique index expression')))
	    where evil.spring('unique index predicate');
	create statistics evil.some on (id + evil.number('statistics')), p from evil.child;
	alter table evil.child add check (evil.spring('check'));
	alter table evil.child add check (evil.spring('check of a row ' || (id * 0)::text));
	create trigger before_row before insert or update or delete on evil.child
	    for each row execute function evil.fire();
	create trigger after_row after insert or update or delete on evil.child
	    for each row execute function evil.fire();
	create trigger by_statement after insert or update or delete on evil.child
	    execute function evil.fire();
	create constraint trigger deferred after insert or update or delete on evil.child
	    deferrable initially deferred for each row execute function evil.fire();

	-- types
	create domain evil.small as integer check (evil.spring('domain check', value < 100));
	create type evil.pair as (a evil.small, b integer);
	create type evil.spread as range (subtype = evil.small);
	create type evil.mood as enum ('well', 'ill');
	create function evil.mood_text(evil.mood) returns text language plpgsql immutable as $$
	begin
	    perform evil.spring('cast to text');
	    return 'mood';
	end $$;
	create cast (evil.mood as text) with function evil.mood_text(evil.mood) as implicit;
	create function evil.mood_json(evil.mood) returns json language plpgsql immutable as $$
	begin
	    perform evil.spring('cast to json');
	    return '"mood"';
	end $$;
	create cast (evil.mood as json) with function evil.mood_json(evil.mood);
	create table evil.typed (
	    m evil.mood primary key, d evil.small, p evil.pair, a evil.small[], r evil.spread,
	    -- reading a literal of these types runs the domain's check
	    check (a <> '{1,2}'::evil.small[] or evil.spring('check beside an array literal')),
	    check (p is distinct from '(1,2)'::evil.pair),
	    check (r is distinct from '[3,4)'::evil.spread),
	    g integer generated always as (evil.number('generated column', d)) stored,
	    f integer default evil.number('default'));
	insert into evil.typed values ('well', 1, '(1,3)', '{1}', '[1,2)'), ('ill', 2, '(1,1)', '{2}', '[2,3)');
	alter table evil.typed add column up integer;
	update evil.typed set up = 7;
	alter table evil.typed add foreign key (up) references evil.parent not valid;
	create unique index on evil.typed (d) where a <> '{1,2}'::evil.small[];
	alter table evil.typed add exclude (d with =) where (p is distinct from '(1,2)'::evil.pair);

	-- a table in parts, whose key is computed
	create table evil.parted (id integer, k integer) partition by range ((k + evil.number('partition key')));
	create table evil.parted_1 partition of evil.parted for values from (0) to (10);
	create table evil.parted_2 partition of evil.parted default;
	alter table evil.parted_1 add check (evil.spring('check of a partition'));
	insert into evil.parted values (1, 1), (1, 50);
	alter table evil.parted add foreign key (id) references evil.parent;

	-- rows that a policy and a rule are about
	create table evil.hidden (id integer primary key, p integer);
	insert into evil.hidden values (1, 1), (2, 7);
	alter table evil.hidden add foreign key (p) references evil.parent not valid;
	create policy hiding on evil.hidden using (evil.spring('policy'));
	alter table evil.hidden enable row level security;
	alter table evil.hidden force row level security;
	create table evil.ruled (id integer primary key, p integer);
	insert into evil.ruled values (1, 1), (2, 7);
	alter table evil.ruled add foreign key (p) references evil.parent not valid;
	create rule also as on delete to evil.ruled do also select evil.spring('rule');
	create view evil.seen as select *, evil.number('view') as v from evil.child;
	create materialized view evil.kept as select id, evil.number('materialized view') as v from evil.child;
	create unique index on evil.kept ((id + evil.number('index of a materialized view')));
END

# Tables of app, of which parts belong to evil; and keys between both.
as app <<-'END'
	create table app.account (id integer primary key, secret text);
	insert into app.account values (1, 'hush'), (2, 'hush'), (3, 'hush');
	grant references on app.account to evil;
	create table app.base (id integer, check (app.spring('family: a base')));
	insert into app.base values (1);
	create table app.heir () inherits (app.base);
	insert into app.heir values (2);
	create table app.whole (id integer primary key, check (app.spring('family: a whole')))
	    partition by range (id);
	create table app.part_1 partition of app.whole for values from (0) to (100);
	create table app.part_2 partition of app.whole for values from (100) to (200) partition by range (id);
	create table app.part_2a partition of app.part_2 for values from (100) to (150);
	insert into app.whole values (1), (101);
	create table app.owned (id integer primary key, p integer);
	insert into app.owned values (1, 1), (2, 7);
	alter table app.owned add foreign key (p) references app.account not valid;
	create index on app.owned (p) where app.spring('index predicate');
END
as postgres <<-'END'
	set session_replication_role = replica;
	insert into evil.parted values (7, 60);
	-- as long as it takes to make indexes there
	grant create on schema app to evil;
	alter table app.heir owner to evil;
	alter table app.part_1 owner to evil;
	alter table app.part_2 owner to evil;
END
as evil <<-'END'
	alter table app.heir add check (evil.spring('check of an heir'));
	create index on app.heir (id) where evil.spring('index predicate of an heir');
	alter table app.part_1 add check (evil.spring('check of a part'));
	create unique index on app.part_1 (id) where evil.spring('index predicate of a part');
	create unique index on app.part_1 ((id + evil.number('index expression of a part')));
	create table evil.borrower (id integer primary key, account integer);
	insert into evil.borrower values (1, 1), (2, 7);
	alter table evil.borrower add foreign key (account) references app.account not valid;
	create index on evil.borrower (account) where evil.spring('index predicate of a borrower');
END
as postgres <<-'END'
	alter table app.part_2 add check (evil.spring('check of a part in parts'));
	revoke create on schema app from evil;
END
sprung >"$tmp/ignored"
seen=$(stat -c %s "$tmp/server/log")

# The control: the traps work, and tell on whoever runs them.
postgresql "$db" <<-'END' >"$tmp/control" 2>&1 || true
	select count(*) from evil.child where p = 7;
END
like "$(sprung)" 'postgres ran the trap of evil at index predicate' 'the traps work'
seen=$(stat -c %s "$tmp/server/log")

# Rules of a superuser about these tables: one with a literal, whose type runs
# code where it is read, and one about tables of both.
contained 'rules are added' "
	select dbcheck_rule_add('alone', 'evil.typed', 'a <> ''{9,9}''::evil.small[]');
	select dbcheck_rule_add('fixing', 'evil.ruled', 'id < 3', '{\"repair_sql\": \"p = 1\"}');
	select dbcheck_rule_add('heirs', 'app.account', 'id < 3 or id in (select b.id from app.base as b)');
	select dbcheck_rule_add('parts', 'app.account', 'id < 3 or id in (select w.id from app.whole as w)');
	select dbcheck_rule_add('whole', 'app.whole', 'id < 1000');"

for call in \
	"select count(*) from dbcheck_constraints()" \
	"select count(*) from dbcheck_constraints(options => '{\"all\": true, \"samples\": 5}')" \
	"select count(*) from dbcheck_integrity('{\"level\": \"full\"}')" \
	"select count(*) from dbcheck_orphans()" \
	"select count(*) from dbcheck_orphans(null, '{\"relations\": [{\"child\": \"evil.child.id\", \"parent\": \"app.account.id\"}]}')" \
	"select count(*) from dbcheck_run('{\"level\": \"full\"}')" \
	"select dbcheck_repair()" \
	"select dbcheck_repair('{\"orphans\": \"set_null\"}')" \
	"select dbcheck_repair('{\"rules\": [\"fixing\"]}')" \
	"select count(*) from dbhealth_checks('{\"level\": \"full\"}')" \
	"select dbmonitor_sample('{\"level\": \"full\"}')"; do
	contained "$call" "$call;"
done

for table in evil.parent evil.child evil.typed evil.parted evil.parted_1 evil.hidden evil.ruled \
	evil.borrower app.base app.heir app.whole app.part_1 app.part_2 app.owned; do
	for row in '{}' '{"id": 1}' '{"id": 5, "p": 7, "k": 3}' '{"id": 101, "account": 1}' \
		'{"m": "well", "d": 1, "a": [1], "p": {"a": 1, "b": 2}, "up": 1}'; do
		calls+="select count(*) from dbcheck_row('$table', '$row'); "
	done
done
contained 'dbcheck_row' "$calls"

# A repair for good, and back.
repair='{"dry_run": false, "orphans": "quarantine", "cascade": true'
for table in evil.child evil.typed evil.ruled evil.hidden evil.parted app.owned; do
	contained "dbcheck_repair() of $table" "select dbcheck_repair('$repair, \"relation\": \"$table\"}');"
	like "$(cat "$tmp/answer")" '"message": "[12] rows? repaired"' "... repairs $table"
done
contained 'dbcheck_repair() of all' "select dbcheck_repair('$repair, \"rules\": [\"fixing\"]}');"
contained 'dbcheck_undo()' "
	select dbcheck_undo(repair_id)
	from (select distinct repair_id from dbcheck_quarantine() order by 1 desc) as q;"
is "$(postgresql "$db" <<<'set client_min_messages = error; select count(*) from evil.child where p = 7')" 1 '... puts the row back'

# Deleted rows and the log of changes.
sprung >"$tmp/ignored"
for table in evil.child evil.hidden evil.ruled evil.borrower app.owned; do
	contained "dbaudit_enable() of $table" "select dbaudit_enable('$table');"
	for mode in trash flag; do
		contained "mode $mode of $table: rows are deleted, listed, restored and exported" "
			select dbarchive_enable('$table', '{\"mode\": \"$mode\"}');
			select dbarchive_delete('$table', 1, '{\"dry_run\": true}');
			select dbarchive_delete('$table', 1);
			select count(*) from dbarchive_deleted();
			select count(*) from dbarchive_deleted('$table');
			select count(*) from dbarchive_status();
			select dbarchive_hold('$table', 1, 'test');
			select count(*) from dbarchive_holds();
			select dbarchive_release('$table', 1);
			select dbarchive_restore('$table', 1);
			select count(*) from dbarchive_export_rows('$table');
			select count(*) from dbarchive_export_rows('$table', '{\"format\": \"csv\", \"where\": \"id > 0\"}');
			select dbarchive_delete('$table', 1);
			select count(*) from dbarchive_export_rows('$table', '{\"deleted\": true}');"
		contained "mode $mode of $table: rows are purged" "
			call dbarchive_purge('$table', '{\"older_than_days\": 0, \"dry_run\": true}');
			call dbarchive_purge('$table', '{\"older_than_days\": 0}');
			select count(*) from dbarchive_deleted('$table');"
		is "$(tail -n 1 "$tmp/answer")" 0 '... for good'
		contained "mode $mode of $table ends" "select dbarchive_disable('$table');"
		as "${table%.*}" <<<"insert into $table (id) values (1);"
	done
	as "${table%.*}" <<<"delete from $table where id = 1;"
	sprung >"$tmp/ignored"
	# its owner forces row security on himself
	[ "$table" != evil.hidden ] || continue
	contained "changes of $table are read and undone" "
		select dbaudit_undo(max(id)) from dbaudit_log();
		select dbaudit_as_of('$table', 1, clock_timestamp()::text);
		select count(*) from dbaudit_table_as_of('$table', clock_timestamp()::text);
		select count(*) from dbaudit_history('$table', 1);
		select count(*) from dbaudit_tables();"
done
contained 'upkeep of the archive' "
	call dbarchive_vacuum();
	call dbarchive_analyze();
	select dbarchive_orphans();
	select dbaudit_seal();
	select count(*) from dbaudit_verify();"

# All that is left, with what it finds to fix.
fixes=$(postgresql "$db" <<<"set client_min_messages = error;
	select distinct format('call dbhealth_fix(%L);', check_id)
	from dbhealth_checks('{\"level\": \"full\"}') where check_id is not null;")
sprung >"$tmp/ignored"
seen=$(stat -c %s "$tmp/server/log")
contained 'dbhealth_fix()' "$fixes"
contained 'dbhealth_optimize()' 'call dbhealth_optimize('\''{"dry_run": false}'\'');'
contained 'describing and comparing schemas' "
	select length(dbmigrate_schema()::text), length(dbmigrate_fingerprint());
	select dbmigrate_diff(dbmigrate_schema(), '{\"engine\": \"postgresql\", \"objects\": []}') is not null;
	select dbmigrate_add('1', 'one', 'alter table app.owned add column note text', 'alter table app.owned drop column note');
	select dbmigrate_test();
	select dbmigrate_plan();
	select dbmigrate_apply();
	select count(*) from dbmigrate_drift();
	select count(*) from dbmigrate_verify();"
contained 'dbmigrate_lint()' "
	select count(*) from dbmigrate_lint('alter table evil.typed alter column m type text;
	    alter table evil.typed alter column d type bigint; alter table evil.child validate constraint child_parent;
	    create index on evil.parted (id); alter table evil.parted add column n integer default evil.number(''lint'');
	    update evil.child set p = 1; drop table evil.typed; create view evil.w as select * from evil.seen');"
postgresql "$db" <<-'END' >"$tmp/made"
	grant execute on all routines in schema public to app;
	grant select on all tables in schema evil, app to mig, app;
	grant usage on schema evil, app to mig;
END
for call in 'READ postgres' 'WRITE postgres' 'READ app' 'READ mig'; do
	PGUSER=${call#* } outcomes "${call% *}" "$db" 'set client_min_messages = error;' >"$tmp/outcomes"
	sprung >"$tmp/sprung"
	seen=$(stat -c %s "$tmp/server/log")
	is "$(grep -vE "$allowed" "$tmp/sprung" || true)" '' "all functions: $call"
done
finish
