#!/bin/bash
# dbhealth_advise() for what pg_stat_statements has seen, on PostgreSQL alone;
# test/sqlite/advise has the same for SQLite.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server shared_preload_libraries=pg_stat_statements
postgresql_new shop
postgresql shop >"$tmp/made" <<-END
	create extension pg_stat_statements;
	create table orders (id int primary key, customer int, placed date, note text);
	insert into orders select i, i * 7919 % 5000, date '2020-01-01' + i % 1000, 'a note of some length'
		from generate_series(1, 50000) as i;
	analyze;
	create role reporter;
	grant pg_read_all_stats to reporter;
	select pg_stat_statements_reset() is not null;
	select count(*) from orders where customer = 8;
	select count(*) from orders where customer in (9, 10);
	select max(note) from orders where placed >= date '2020-02-01' and placed < date '2020-02-01' + interval '1 day';
	select note from orders where id = 3;
	create table other (a int);
END

is "$(postgresql shop <<<"select index_sql, queries from dbhealth_advise() order by 1;")" \
	'CREATE INDEX CONCURRENTLY orders_customer_idx ON public.orders (customer); 2
CREATE INDEX CONCURRENTLY orders_placed_idx ON public.orders (placed); 1' 'statements with parameters, dates and lists'

like "$(postgresql shop <<<"select reason from dbhealth_advise() where queries = 2;")" \
	'^index on public.orders \(customer\) makes 2 queries 9[0-9] % cheaper: [0-9a-f]{16}, [0-9a-f]{16}$' 'the reason names the statements'

is "$(postgresql shop <<<"select index_sql from dbhealth_advise((
	select fingerprint from dbmonitor_queries() where query like 'select count%in%'));")" \
	'CREATE INDEX CONCURRENTLY orders_customer_idx ON public.orders (customer);' 'a fingerprint'

is "$(postgresql shop <<<"set role reporter; select distinct index_sql, regexp_replace(reason, '[0-9a-f]{16}', 'X') from dbhealth_advise();")" \
	' statement X was not analyzed: permission denied for table orders' 'a role without SELECT on the table learns why'

like "$(postgresql shop <<<"set role reporter; select * from dbhealth_advise('select * from orders where customer = 3');" || true)" \
	'permission denied for table orders' 'and gets the error of EXPLAIN'

is "$(postgresql shop <<<"begin read only; select queries from dbhealth_advise() order by 1; commit;")" '1
2' 'in a transaction that is read only'

is "$(postgresql shop <<<"select count(*) from pg_indexes where schemaname = 'public';
	select count(*) from pg_locks where relation = 'orders'::regclass;")" '1
0' 'nothing is built or stays locked'

finish
