#!/bin/bash
# Plans of statements: one that became slower with another plan raises an alert;
# statements are planned with no more rights than the role that ran them, and
# within limits.  PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# look: takes a sample with checks, and looks at plans.
look()
{
	postgresql shop <<<"select dbmonitor_sample('{\"level\": \"fast\"}') is not null;" >"$tmp/look" || cat "$tmp/look"
}

# plans COLUMNS [CONDITION]: of statements on table item.
plans()
{
	postgresql shop <<<"select $1 from dbmonitor_plans() where query like '%item%' and ${2-true} order by query;"
}

# run_slow TIMES: the statement, by the application.
run_slow()
{
	local i

	for ((i = 0; i < $1; i++)); do
		echo "select count(*) from item where customer = $i;"
	done | PGUSER=app postgresql shop >"$tmp/ran"
}

start_server server shared_preload_libraries="'pg_stat_statements, dbcare'"
postgresql_new shop
is "$(postgresql shop <<<'select count(*) from dbmonitor_plans();')" 0 'without samples there are no rows'
postgresql shop >"$tmp/made" <<-'END'
	create extension pg_stat_statements;
	create role app login;
	create role watcher;
	create role nobody;
	create table item (id int primary key, customer int, note text) with (autovacuum_enabled = off);
	insert into item select i, i % 20000, repeat('x', 50) from generate_series(1, 200000) as i;
	create index item_customer on item (customer);
	analyze item;
	grant all on item to app;
	select dbcare_install();
	select dbcare_grant('watcher', 'monitor');
	select pg_stat_statements_reset() is not null;
END
run_slow 5
look
is "$(plans 'query, plan, calls, problem is null, plan_hash_before is null')" \
	'select count(*) from item where customer = ? Aggregate (Bitmap Heap Scan on item (Bitmap Index Scan using item_customer)) 5 t t' \
	'a look notes the plan of a new statement'
first=$(plans plan_hash)
like "$first" '^[0-9a-f]{16}$' 'and its hash'
run_slow 3
look
is "$(plans 'plan_hash, calls')" "$first 8" 'executions with the same plan are counted'
is "$(postgresql shop <<<"select count(*) from dbmonitor_alerts() where alert = 'plan_regression';")" 0 'there is no alert'

# ---- an index is dropped ----

postgresql shop <<<'drop index item_customer;' >"$tmp/made"
run_slow 5
look
is "$(plans 'plan, calls, plan_hash_before, mean_ms > 2 * mean_before_ms')" \
	"Aggregate (Seq Scan on item) 5 $first t" 'the other plan is seen'
second=$(plans plan_hash)
like "$(postgresql shop <<<"select severity, object, value > threshold, message from dbmonitor_alerts() where alert = 'plan_regression';")" \
	"^warning [0-9a-f]{16} t statement [0-9a-f]{16} takes [0-9.]+ ms on average instead of [0-9.]+ ms since its plan changed from Aggregate \(Bitmap Heap Scan on item \(Bitmap Index Scan using item_customer\)\) \[$first\] to Aggregate \(Seq Scan on item\) \[$second\]: select count\(\*\) from item where customer = \?\$" \
	'and raises an alert that names the statement, both times and both plans'
postgresql shop <<<'create index item_customer on item (customer);' >"$tmp/made"
run_slow 2000
look
is "$(plans 'plan_hash, plan_hash_before')" "$first $second" 'the first plan is back'
is "$(postgresql shop <<<"select count(*) from dbmonitor_alerts() where alert = 'plan_regression';")" 0 'which clears the alert'

# ---- settings, partitions, locks ----

# again CONDITION: the next look plans these statements again.
again()
{
	postgresql shop <<<"update dbcare.query_plan as p set looked_at = now() - interval '2 days'
		from dbcare.query as q where q.fingerprint = p.fingerprint and $1;" >"$tmp/made"
}

postgresql shop >"$tmp/made" <<-'END'
	alter role app set enable_bitmapscan = off;
	alter role app in database shop set enable_indexscan = off;
	alter role app set enable_indexonlyscan = off;
END
again true
run_slow 3
look
is "$(plans plan)" 'Aggregate (Seq Scan on item)' 'a statement is planned with the settings of its role'
postgresql shop >"$tmp/made" <<-'END'
	alter role app reset all;
	alter role app in database shop reset all;
	create table item_day (day int, n int) partition by range (day);
	create index item_day_day on item_day (day);
	create table item_day_1 partition of item_day for values from (1) to (2);
	create table item_day_2 partition of item_day for values from (2) to (3);
	select sum(n) from item_day where day > 0;
END
look
parts=$(plans 'plan, plan_hash' "query like '%item_day%'")
postgresql shop >"$tmp/made" <<-'END'
	create table item_day_3 partition of item_day for values from (3) to (4);
	select sum(n) from item_day where day > 0;
END
again "query like '%item_day%'"
look
is "$(plans 'plan, plan_hash' "query like '%item_day%'")" "$parts" 'another partition is no other plan'
like "$parts" 'on item_day( |\))' 'partitions have the name of their table'

postgresql shop <<<"select max(note) from item where id < 10;" >"$tmp/made"
hold locker shop 'lock table item;'
look
is "$(plans plan "query like '%max(note)%'")" '' 'a statement on a locked table is left to the next look'
release locker
postgresql shop <<<"select max(note) from item where id < 10;" >"$tmp/made"
look
like "$(plans plan "query like '%max(note)%'")" 'on item' 'which plans it'

# ---- rights ----

postgresql shop >"$tmp/made" <<-'END'
	create role eve login;
	create schema eve authorization eve;
	set role eve;
	create function eve.who() returns int language plpgsql immutable as $$
	begin
		if current_setting('eve.quiet', true) is null then
			raise exception 'planned as %', current_user;
		end if;
		return 1;
	end $$;
	create function eve.wait() returns int language plpgsql immutable as $$
	begin
		while current_setting('eve.quiet', true) is null loop
		end loop;
		return 1;
	end $$;
	create table eve.item (a int);
	reset role;
	grant usage on schema eve to app;
	grant all on eve.item to app;
END
PGUSER=eve postgresql shop >"$tmp/made" <<-'END'
	set eve.quiet = 1;
	select 'eve', a from eve.item where a = eve.who();
	select 'eve', a, a from eve.item where a = eve.wait();
END
PGUSER=app postgresql shop >"$tmp/made" <<-'END'
	set eve.quiet = 1;
	select 'app' as app, a from eve.item where a = eve.who();
END
look
is "$(postgresql shop <<<"select query, plan, problem from dbmonitor_plans() where query like '%eve.%' order by query;")" \
	'select ? as app, a from eve.item where a = eve.who()  code of role "eve" would run with the rights of role "app"
select ?, a from eve.item where a = eve.who()  planned as eve
select ?, a, a from eve.item where a = eve.wait()  planning takes longer than 1000 ms' \
	'a statement is planned as the role that ran it or not at all, and not for long'
like "$(postgresql shop <<<'set role nobody; select * from dbmonitor_plans();')" 'permission denied' 'a role without a grant cannot read plans'
is "$(postgresql shop <<<'set role watcher; select count(*) > 0 from dbmonitor_plans();')" t 'a monitoring role can'

# ---- the sampler ----

postgresql shop >"$tmp/made" <<-'END'
	delete from dbcare.query_plan;
	delete from dbcare.check_run;
	select dbmonitor_start(1);
END
is "$(until_true shop "select count(*) > 0 from dbmonitor_plans() where plan ~ 'item_customer';")" '' 'the sampler looks at plans, too'
postgresql shop <<<"select dbmonitor_stop(); select dbmonitor_reset('{\"confirm\": \"shop\"}'); select count(*) from dbmonitor_plans();" >"$tmp/reset"
is "$(tail -n 1 "$tmp/reset")" 0 'a reset deletes the plans'

finish
