#!/bin/bash
# Hypothetical indexes on PostgreSQL: costs and sizes are those of the real index
# after CREATE INDEX and ANALYZE.  PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

"${CC:-cc}" -std=gnu11 -shared -fPIC -I. -I"$("${PG_CONFIG:-pg_config}" --includedir-server)" \
	-o "$tmp/planner.so" test/process/advise/planner.c pg_ext/advise/{define,size,offer}.c
# samples have every row
start_server server autovacuum=off jit=off default_statistics_target=1000
postgresql_new shop
postgresql shop <<-END
	create function plan_with(query text, index text) returns float8[]
		as '$tmp/planner.so' language c strict;
	create function are_hooks_set() returns boolean as '$tmp/planner.so' language c;
	create function cost(query text) returns float8 language plpgsql as \$\$
	declare plan json;
	begin
		execute 'explain (format json) ' || query into plan;
		return (plan -> 0 -> 'Plan' ->> 'Total Cost')::float8;
	end \$\$;
	create table orders (id int primary key, customer int, status text, placed date,
		total numeric(10, 2), note text, gone timestamptz);
	insert into orders
		select i, i * 7919 % 5000, (array['new', 'paid', 'sent', 'back'])[1 + (i % 97) % 4],
			date '2020-01-01' + i / 100, i % 3331, 'Note ' || i % 20000,
			case when i % 53 = 0 then timestamptz '2024-01-01' + i * interval '1 min' end
		from generate_series(1, 100000) as i;
	create table parts (id int, day date, name text) partition by range (day);
	create table parts_1 partition of parts for values from ('2024-01-01') to ('2024-07-01');
	create table parts_2 (name text, dropped int, day date, id int);
	alter table parts_2 drop column dropped;
	alter table parts attach partition parts_2 for values from ('2024-07-01') to ('2025-01-01');
	insert into parts select i % 9000, date '2024-01-01' + i % 366, 'n' || i from generate_series(1, 60000) as i;
	analyze;
END

# near NAME QUERY INDEX: the cost is within 5 % of the real one and the size within
# 10 % and two pages; and the real plan uses the index.
near()
{
	local got

	got=$(
		postgresql shop <<-END
			begin;
			create temporary table before as select cost(\$q\$$2\$q\$) as cost;
			create temporary table tried as select plan_with(\$q\$$2\$q\$, \$q\$$3\$q\$) as plan;
			$3;
			analyze ${4:-orders};
			create temporary table made as
				select cost(\$q\$$2\$q\$) as cost, sum(pg_relation_size(i.oid)) as bytes
				from pg_class as i where i.relname ~ '^made|_made|made_' and i.relkind = 'i';
			select format('%s -> %s, really %s; %s bytes, really %s', before.cost, plan[1], made.cost,
				plan[2], bytes)
			from before, tried, made
			where made.cost >= before.cost * 0.95 or plan[1] not between made.cost * 0.95 and made.cost * 1.05
				or abs(plan[2] - bytes) > bytes * 0.1 + 16384;
			rollback;
		END
	)
	is "$got" '' "$1"
}

near 'one column' 'select * from orders where customer = 77' \
	'create index made on public.orders (customer)'
near 'few values' "select count(*) from orders where status = 'new'" \
	'create index made on public.orders (status)'
near 'a range' "select sum(total) from orders where placed between '2021-01-01' and '2021-03-01'" \
	'create index made on public.orders (placed)'
near 'several columns' "select * from orders where customer = 77 and total > 3000" \
	'create index made on public.orders (customer, total)'
near 'text' "select * from orders where note = 'Note 5'" \
	'create index made on public.orders (note)'
near 'a partial index' "select * from orders where gone is not null and customer = 50" \
	'create index made on public.orders (customer) where gone is not null'
near 'a partial index with a value' "select id from orders where status = 'back' order by placed limit 10" \
	"create index made on public.orders (placed) where status = 'back'"
near 'an expression' "select * from orders where lower(note) = 'note 5'" \
	'create index made on public.orders (lower(note))'
near 'included columns' 'select total from orders where customer = 77' \
	'create index made on public.orders (customer) include (total)'
near 'descending' 'select * from orders order by total desc, id limit 20' \
	'create index made on public.orders (total desc, id)'
near 'nulls first' 'select * from orders order by gone nulls first limit 20' \
	'create index made on public.orders (gone nulls first)'
near 'a collation' "select * from orders where note collate \"C\" < 'Note 10'" \
	'create index made on public.orders (note collate "C")'
near 'an operator class' "select * from orders where note like 'Note 777%'" \
	'create index made on public.orders (note text_pattern_ops)'
near 'a join' 'select o.* from orders as o join parts_1 as p on p.id = o.customer where p.id = 5' \
	'create index made on public.orders (customer)'
near 'a partitioned table' "select * from parts where id = 5" \
	'create index made on public.parts (id)' parts
near 'a partition' "select * from parts_2 where name = 'n300'" \
	'create index made on public.parts_2 (name)' parts
near 'an update' 'update orders set total = 1 where customer = 77' \
	'create index made on public.orders (customer)'

# ---- temporary tables ----

is "$(
	postgresql shop <<-'END'
		create temporary table brief as select * from orders;
		analyze brief;
		create temporary table tried as
			select plan_with('select * from brief where customer = 77', 'create index on pg_temp.brief (customer)');
		create index on brief (customer);
		analyze brief;
		select abs(plan_with[1] / cost('select * from brief where customer = 77') - 1) < 0.05 from tried;
	END
)" t 'a temporary table'

# ---- one planning only ----

# after NAME SQL [TEXT]: after a statement that may fail, and shows TEXT, plans of the
# session have no hypothetical index, and the hooks are what they were.
after()
{
	local got

	got=$(psql -qAtX -d shop 2>&1 <<<"$2; select are_hooks_set();
		explain (costs off) select * from orders where customer = 77;")
	like "$got" "${3-}.*"$'\nf\nSeq Scan on orders\n  Filter: [(]customer = 77[)]$' "after $1"
}

try="plan_with('select * from orders where customer = %s', 'create index on orders (customer)')"
after 'a planning' "select ${try/\%s/77}"
after 'an error' "select ${try/\%s/1 / 0}" 'division by zero'
postgresql shop <<-'END'
	create function peek() returns int immutable language plpgsql as
		'begin return (select count(*) from orders where customer = 77); end';
	create function try_again() returns int immutable language plpgsql as $$
	begin
		return (plan_with('select * from orders where total = 1', 'create index on orders (total)'))[1];
	end $$;
END
after 'a query that planning runs' "select ${try/\%s/peek()}" '\{[0-9.]+,'
after 'a planning in a planning' "select ${try/\%s/try_again()}" '\{[0-9.]+,'
many='select 1 from orders as o0'
for i in {1..13}; do many+=" join orders as o$i on o$i.customer = o0.customer and o$i.total = o$((i - 1)).total"; done
after 'a cancel' "set geqo = off; set join_collapse_limit = 20; set statement_timeout = '300ms';
	select plan_with('$many', 'create index on orders (customer)')" 'canceling statement'

# ---- other sessions ----

# planning waits in a function that it computes in advance
postgresql shop <<<"create function wait_for_test() returns int immutable language plpgsql as
	'begin perform pg_advisory_xact_lock(7); return 77; end';"
hold lock shop 'select pg_advisory_xact_lock(7);'
postgresql shop <<<"select ${try/\%s/wait_for_test()};" >"$tmp/planned" &
planning=$!
until_true shop "select exists (select from pg_locks where locktype = 'advisory' and not granted)"
is "$(postgresql shop <<<"select string_agg(distinct mode, ' ') from pg_locks
	where relation = 'orders'::regclass;")" AccessShareLock 'a planning has the lock that EXPLAIN has'
is "$(postgresql shop <<<'explain (costs off) select * from orders where customer = 77;')" \
	$'Seq Scan on orders\n  Filter: (customer = 77)' 'another session plans without the hypothetical index'
is "$(
	postgresql shop <<-'END'
		set lock_timeout = '1s';
		begin;
		update orders set note = 'x' where id = 1;
		create index on orders (note);
		rollback;
		analyze orders;
		select 'done';
	END
)" 'done' 'it writes, builds an index and analyzes meanwhile'
release lock
wait "$planning"
like "$(cat "$tmp/planned")" '^\{[0-9.]+,' 'then the planning ends'

# ---- what is no index ----

# refused NAME INDEX MESSAGE
refused()
{
	like "$(postgresql shop <<<"select plan_with('select * from orders', \$q\$$2\$q\$);")" "$3" "refused: $1"
}

refused 'other statements' 'drop table orders' 'cannot be planned as a hypothetical index'
refused 'several statements' 'create index on orders (id); drop table orders' \
	'cannot be planned as a hypothetical index'
refused 'other methods' 'create index on orders using hash (id)' 'hash cannot be planned'
refused 'views' 'create index on pg_catalog.pg_stats (n_distinct)' 'pg_stats cannot be planned'
refused 'missing columns' 'create index on orders (nothing)' 'column "nothing" does not exist'
refused 'system columns' 'create index on orders (ctid)' 'column "ctid" does not exist'
refused 'functions that change' 'create index on orders (to_char(gone, id::text))' 'IMMUTABLE'
refused 'conditions that change' 'create index on orders (id) where gone < now()' 'IMMUTABLE'
refused 'types without order' 'create index on orders ((point(id, id)))' 'no default operator class'

is "$(postgresql shop <<<"select count(*) from pg_class where relname ~ '^orders_' and relkind = 'i';")" 1 \
	'no index is built'
finish
