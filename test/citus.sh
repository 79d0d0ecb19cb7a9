#!/bin/bash
# Checks and health of tables that Citus has in shards: a coordinator and two workers.
# Needs an installation of PostgreSQL (PG_CONFIG) that has Citus.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/lib.sh"

if [ ! -e "$("${PG_CONFIG:-pg_config}" --sharedir)/extension/citus.control" ]; then
	skip 'tables in shards' 'this PostgreSQL has no Citus'
	finish
fi

first_port=$((20000 + $$ % 10000))
number_of=([0]=coordinator [1]=worker1 [2]=worker2)

# on N DATABASE: SQL from standard input on a server.
on()
{
	PGHOST=$tmp/${number_of[$1]} PGPORT=$((first_port + $1)) postgresql "$2"
}

for i in 0 1 2; do
	start_server "${number_of[i]}" "shared_preload_libraries = 'citus,pg_stat_statements'" \
		"listen_addresses = '127.0.0.1'" "port = $((first_port + i))" \
		max_prepared_transactions=200 max_connections=200 citus.shard_count=8 \
		"citus.node_conninfo = 'sslmode=disable'"
	on $i postgres <<<'create database shop;'
	on $i shop <<<'create extension citus; create extension dbcare;'
done
# Citus copies tables that refer to others with a notice
on 0 shop >"$tmp/made" <<-END
	select citus_set_coordinator_host('127.0.0.1', $first_port);
	select citus_add_node('127.0.0.1', $first_port + n) from generate_series(1, 2) as n;
	create table country (code text primary key);
	create table customer (id bigint primary key, country text references country, age int check (age > 0));
	create table orders (customer_id bigint, id bigint, total numeric not null, primary key (customer_id, id));
	create domain positive as int check (value > 0);
	create table note (customer_id bigint, stars positive, text text not null);
	select create_reference_table('country');
	select create_distributed_table('customer', 'id');
	select create_distributed_table('orders', 'customer_id', colocate_with => 'customer');
	select create_distributed_table('note', 'customer_id', colocate_with => 'none');
	alter table orders add constraint orders_customer_fkey foreign key (customer_id) references customer;
	insert into country values ('de');
	insert into customer select n, 'de', 30 from generate_series(1, 1000) as n;
	insert into orders select 1 + n % 1000, n, n from generate_series(1, 5000) as n;
	insert into note select n, 1, 'a' from generate_series(1, 10) as n;
END

sound='select count(*) from dbcheck_constraints() where violations > 0;
	select count(*) from dbcheck_integrity() where severity = $$critical$$;'
is "$(on 0 shop <<<"$sound")" $'0\n0' 'tables in shards are sound, and hidden shards are no damage'

# a quarter of the customers and a column's check, behind the back of all constraints
for i in 0 1 2; do
	on $i shop <<-'END'
		set citus.override_table_visibility = off;
		set citus.enable_manual_changes_to_shards = on;
		set citus.enable_ddl_propagation = off;
		set session_replication_role = replica;
		do $$
		declare
			shard record;
		begin
			for shard in select oid::regclass as name from pg_class where relname ~ '^customer_[0-9]+$' loop
				execute format('delete from %s where id %% 4 = 0', shard.name);
				execute format('alter table %s drop constraint customer_age_check', shard.name);
				execute format('update %s set age = -1 where id = 5', shard.name);
			end loop;
			for shard in select oid::regclass as name from pg_class where relname ~ '^note_[0-9]+$' loop
				execute format('alter table %s alter column text drop not null', shard.name);
				execute format('update %s set text = null where customer_id = 7', shard.name);
			end loop;
		end $$;
	END
done

is "$(on 0 shop <<<'select table_name, constraint_name, parent_table, orphans from dbcheck_orphans();')" \
	'public.orders orders_customer_fkey public.customer 1250' 'orphans are found in the shards'
is "$(on 0 shop <<<"select table_name, kind, violations, message from dbcheck_constraints() where violations > 0
		order by table_name;")" \
	'public.customer check 1 1 row violates customer_age_check
public.note not_null 1 1 row is null in text
public.orders foreign_key 1250 1250 rows have no parent in public.customer (id)' \
	'constraints are verified in the shards'
is "$(on 0 shop <<<"select sample_keys from dbcheck_constraints('customer') where violations > 0;")" '[5]' \
	'rows of shards are named by their keys'
is "$(on 0 shop <<<"select constraint_name, violations is null, message from dbcheck_constraints('note')
		where violations is null;")" \
	'positive_check t rows of public.note are in shards, in which domains are not verified' \
	'what is not verified in shards is unknown'
like "$(on 0 shop <<<"select message from dbcheck_orphans('note', '{\"relations\":
		[{\"child\": \"note.stars\", \"parent\": \"customer.id\"}]}') where table_name = 'public.note';")" \
	co-located 'a relation that Citus cannot join is unknown'
is "$(on 0 shop <<<"select severity, object from dbhealth_checks('{\"level\": \"full\", \"checks\": [\"orphaned_rows\"]}');")" \
	'warning public.orders' 'health finds orphans in the shards'
is "$(on 0 shop <<<"select count(*), count(total_bytes), count(row_estimate) from dbhealth_tables();
	select count(*), count(bytes) from dbhealth_indexes();")" $'4 0 0\n3 0' \
	'sizes of the empty tables beside the shards are not shown'
is "$(on 0 shop <<<"select dbcheck_repair('{\"orphans\": \"quarantine\", \"dry_run\": false}') -> 'rows';
	select count(*) from orders;")" $'0\n5000' 'rows of shards are not repaired'

on 0 shop >"$tmp/made" <<-'END'
	select dbmigrate_add('1', 'a view and a column', 'create view adults as select id from customer where age > 17;
		alter table customer add column email text; create index on customer (email)',
		'drop index customer_email_idx; alter table customer drop column email; drop view adults');
	select dbmigrate_add('2', 'a table of its own', 'create table visit (customer_id bigint, at timestamptz);
		select create_distributed_table($$visit$$, $$customer_id$$); insert into visit values (5, now())', 'drop table visit');
END
is "$(on 0 shop <<<"select count(*) from orders; select dbmigrate_apply() -> 'applied';
	select count(email) from customer; select count(*) from visit;")" $'5000\n["1", "2"]\n0\n1' \
	'migrations change distributed tables'
is "$(on 0 shop <<<"call dbmigrate_deploy('0', '{\"rollback\": true}');" | grep -o '"success": [a-z]*'
	on 0 shop <<<"select count(*) from dbmigrate_drift();")" $'"success": true\n0' 'migrations of distributed tables are rolled back'
finish
