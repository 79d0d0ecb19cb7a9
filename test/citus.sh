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
is "$(on 0 shop <<<"select table_name from dbhealth_tables() where total_bytes
		is distinct from citus_total_relation_size(table_name::regclass) or table_bytes + index_bytes <> total_bytes;
	analyze; select table_name, row_estimate from dbhealth_tables() order by 1;")" \
	'public.country 1
public.customer 750
public.note 10
public.orders 5000' 'tables in shards have the sizes and rows of all shards'
is "$(on 0 shop <<<"select count(*) from dbhealth_indexes() where bytes is distinct from
		(select index_bytes from dbhealth_tables() as t where t.table_name = dbhealth_indexes.table_name);
	select sum(bytes) filter (where part in ('tables', 'indexes')) - (select sum(total_bytes) from dbhealth_tables()) between 0 and 99999,
		sum(bytes) filter (where part = 'database') > 2 * pg_database_size('shop') from dbhealth_size();")" $'0\nt t' \
	'so have indexes, and the database those of all nodes'
on 0 shop >"$tmp/made" <<<"select dbcheck_rule_add('known', 'note', 'text is not null', '{\"repair_sql\": \"text = $$-$$\"}');"
is "$(on 0 shop <<<"select r ->> 'rows', u ->> 'reason' from dbcheck_repair('{\"orphans\": \"quarantine\", \"dry_run\": false}') as r,
		jsonb_array_elements(r -> 'unknown') as u where u ->> 'table_name' = 'public.orders';
	select count(*) from orders;
	select u ->> 'table_name', u ->> 'reason' from jsonb_array_elements(dbcheck_repair() -> 'unknown') as u
		where u ->> 'table_name' = 'public.note';")" \
	'0 rows of public.orders are in shards: repair them with UPDATE or DELETE
5000
public.note rows of public.note are in shards' 'rows of shards are not repaired, and that is said'
like "$(on 0 shop <<<"select dbcheck_repair('{\"rules\": [\"known\"]}');" || true)" \
	'ERROR:  rows of public.note are in shards.*HINT:  Repair the rows with UPDATE or DELETE' 'a rule for them that is named is refused'
on 0 shop >"$tmp/made" <<<"select dbcheck_rule_drop('known');"
on 0 shop >"$tmp/made" <<-'END'
	create table reading (customer_id bigint, id bigint, value int, primary key (customer_id, id));
	select create_distributed_table('reading', 'customer_id');
	insert into reading select n % 50, n, n from generate_series(1, 3000) as n;
	create table factor (id bigint, value int);
	insert into factor select n, 2 from generate_series(1, 3000) as n;
END
is "$(on 0 shop <<<"call dbmigrate_backfill('doubled', 'update reading set value = reading.value * f.value from factor as f
		where f.id = reading.id', '{\"pause_ms\": 0}');" | grep -o '"rows_changed": [0-9]*'
	on 0 shop <<<"select sum(value) = 2 * sum(id) from reading;")" \
	$'"rows_changed": 3000\nt' 'a backfill joins shards with a local table'
on 0 shop <<<'drop table reading, factor;'
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

# without the extension, over the connection
for i in 0 1 2; do
	on $i postgres <<<'create database plain;'
	on $i plain <<<'create extension citus;'
done
on 0 plain >"$tmp/made" <<-END
	select citus_set_coordinator_host('127.0.0.1', $first_port);
	select citus_add_node('127.0.0.1', $first_port + n) from generate_series(1, 2) as n;
	create table customer (id bigint primary key);
	select create_distributed_table('customer', 'id');
	insert into customer select generate_series(1, 100);
END
over()
{
	build/wire/call "host=127.0.0.1 port=$first_port dbname=plain user=postgres" "$@" 2>&1
}
over dbmigrate_add 1 one 'select count(*) from customer; alter table customer add a int; update customer set a = 1;
	alter table customer add b int default 2' 'alter table customer drop b; alter table customer drop a' >"$tmp/made"
over dbmigrate_add 2 two 'select count(*) from customer where b = 2; create unique index customer_id on customer (id)' \
	'drop index customer_id' >>"$tmp/made"
is "$(over dbmigrate_apply | grep -o '"applied": [^]]*]'; on 0 plain <<<'select sum(a + b) from customer;')" \
	$'"applied": ["1", "2"]\n300' 'the command migrates distributed tables without the extension'
is "$(over dbhealth_tables | cut -d'|' -f1,2; over dbhealth_checks '{"checks": ["cluster_shards", "cluster_versions"]}' | cut -d'|' -f1,3)" \
	$'public.customer|100\ncluster_shards|ok\ncluster_versions|ok' 'and checks the cluster'
over dbmigrate_add 3 three $'select \'\u00e9\';\nselect count(*) from customer;\nselect a,\n  nosuch from customer' >"$tmp/made"
like "$(over dbmigrate_apply 3 '{"on_error": "report"}')" '"line": 4.*nosuch.*statement 3, line 4' 'an error has its place there, too'

# ---- the cluster ----

checks='["cluster_nodes", "cluster_shards", "cluster_reference_tables", "cluster_connections", "cluster_versions",
	"cluster_extensions", "cluster_transactions", "cluster_node_skew", "cluster_shard_skew"]'
# found N [SQL]: "check severity object detail" of the checks of a cluster, as seen by a server.
found()
{
	on "$1" shop <<-END | sed -E "s/127.0.0.1:$first_port/coordinator/g; s/127.0.0.1:$((first_port + 1))/worker1/g
			s/127.0.0.1:$((first_port + 2))/worker2/g; /^WARNING|^DETAIL|^HINT|^\t/d"
		set client_min_messages = error;
		${2-}
		select check_id, severity, coalesce(reason, message) from dbhealth_checks('{"checks": $checks}')
		where severity <> 'ok' order by check_id, object, message;
	END
}

is "$(found 0)" '' 'a sound cluster is no finding'
is "$(found 1 | sed 's/^cluster_[a-z_]* //' | sort | uniq -c | sed 's/^ *//')" \
	'9 not_applicable this server is a worker of Citus: call dbcare on the coordinator' 'a worker is not asked about the cluster'
is "$(found 0 'set dbcare.check_cluster_node_skew_warning = 20; set dbcare.check_cluster_shard_skew_warning = 90;
		set dbcare.bloat_min_mb = 0; create table uneven (t int, v text); select create_distributed_table($$uneven$$, $$t$$);
		insert into uneven select 1, repeat(md5(n::text), 30) from generate_series(1, 2000) as n;' | sed 's/ [0-9.]* %/ N %/; s/[0-9.]* [kM]B/N bytes/')" \
	'
cluster_node_skew warning node worker1 holds N % more than the average node: N bytes
cluster_shard_skew warning public.uneven: the largest shard is N % larger than the average one: N bytes' \
	'nodes and shards that are larger than others are findings'
on 0 shop <<<'drop table uneven;'

on 2 shop <<<"begin; create table leftover (a int); prepare transaction 'citus_0_1_2_3';"
PGHOST=$tmp/coordinator PGPORT=$first_port hold far shop 'select 1;' # of the coordinator itself
PGHOST=$tmp/worker1 PGPORT=$((first_port + 1)) hold near shop 'select count(*) from orders;'
is "$(found 0 'set dbcare.check_cluster_transactions_warning = 0;' | sed -E 's/session [0-9]+/session N/; s/is [0-9]+ s/is N s/')" \
	"cluster_transactions warning prepared transaction 'citus_0_1_2_3' is N s old: on node worker2
cluster_transactions warning session N of node worker1 is N s old: idle in transaction, role postgres" \
	'transactions of other nodes are findings'
release near
release far

on 1 shop <<<"set citus.enable_ddl_propagation = off; drop extension dbcare;"
on 2 shop <<<"update pg_extension set extversion = '0.0' where extname = 'dbcare';"
like "$(on 0 shop <<<'select extversion from pg_extension where extname = $$citus$$;')" '[0-9]' 'the version of Citus is known'
on 2 shop <<<"update pg_extension set extversion = '1.0' where extname = 'citus';"
is "$(found 0 | grep -E '^cluster_(ext|vers)' | sed -E 's/PostgreSQL .* Citus 1.0/X/; s/the coordinator PostgreSQL.*/the coordinator Y/; s/coordinator [0-9.]+$/coordinator Z/')" \
	'cluster_extensions warning node worker1 lacks extension dbcare
cluster_extensions warning node worker2 has version 0.0 of extension dbcare, the coordinator Z
cluster_versions warning node worker2 runs X, the coordinator Y' 'extensions and versions that differ are findings'
on 2 shop <<<"update pg_extension set extversion = (select default_version from pg_available_extensions where name = extname)
	where extname in ('dbcare', 'citus');"
on 1 shop <<<"set citus.enable_ddl_propagation = off; create extension dbcare;"

on 0 shop <<<"create role hc_guest login; grant usage on schema public to hc_guest;" 
on 0 shop <<-'END'
	set allow_system_table_mods = on;
	create table kept_placement as select * from pg_dist_placement;
	delete from pg_dist_placement using pg_dist_node as n, pg_dist_shard as s where n.groupid = pg_dist_placement.groupid
		and s.shardid = pg_dist_placement.shardid and s.logicalrelid = 'country'::regclass and n.nodeport % 3 >= 0 and n.groupid = 2;
END
is "$(found 0)" 'cluster_reference_tables warning reference table public.country is missing on 1 node: worker2' \
	'a reference table that a node lacks is a finding'
on 0 shop <<-'END'
	insert into pg_dist_placement select * from kept_placement as k where not exists
		(select from pg_dist_placement as p where p.placementid = k.placementid);
	update pg_dist_node set isactive = false where groupid = 2;
END
is "$(found 0 | grep -E '^cluster_(nodes|shards)')" \
	'cluster_nodes critical node worker2 is inactive and holds 13 shards
cluster_shards critical public.customer: 4 shards have no placement on an active node
cluster_shards critical public.note: 4 shards have no placement on an active node
cluster_shards critical public.orders: 4 shards have no placement on an active node' \
	'an inactive node and its shards are findings'
on 0 shop <<<'update pg_dist_node set isactive = true, metadatasynced = groupid <> 2; drop table kept_placement;'
is "$(found 0 | grep -E '^cluster_(nodes|shards)')" 'cluster_nodes warning node worker2 waits for changes of the metadata' \
	'metadata that is not synchronized is a finding'
on 0 shop <<<'update pg_dist_node set metadatasynced = true;'

PGPORT=$((first_port + 2)) test/pg_server.sh stop "$tmp/worker2"
servers=${servers/ "$tmp/worker2"/}
is "$(found 0)" 'cluster_connections critical coordinator and 1 other cannot connect to node worker2
cluster_extensions unknown failed to connect to worker2
cluster_node_skew unknown failed to connect to worker2
cluster_shard_skew unknown 4 of 8 shards could not be measured
cluster_shard_skew unknown 4 of 8 shards could not be measured
cluster_shard_skew unknown 4 of 8 shards could not be measured
cluster_transactions unknown failed to connect to worker2
cluster_versions unknown failed to connect to worker2' 'a node that is down is critical, and what it holds is unknown'
is "$(on 0 shop <<<'set client_min_messages = error; select count(total_bytes), count(*) > 3 from dbhealth_tables();
	select count(bytes), count(*) > 2 from dbhealth_indexes(); select part, bytes from dbhealth_size() where part <> $$wal$$;')" \
	$'0 t\n0 t\ndatabase \ntables \nindexes \nfree \nother ' 'sizes that a node does not give are null'
finish
