#!/bin/bash
# Checks and sizes of a cluster of Citus without Citus: an extension with its
# name has the tables and functions that they read, and runs the commands for
# the nodes in the same database.  test/citus.sh runs them on a real cluster.
# PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# found [SQL]: what the checks of a cluster find, after SQL.
found()
{
	postgresql shop <<-END | sed -E 's/(session|backend) [0-9]+/\1 N/; s/is [0-9]+ s/is N s/; s/PostgreSQL [^,]+/PostgreSQL N/g'
		set dbcare.bloat_min_mb = 0;
		${1-}
		select check_id, severity, coalesce(reason, message) from dbhealth_checks('{"checks": ["cluster_nodes",
			"cluster_shards", "cluster_reference_tables", "cluster_connections", "cluster_versions",
			"cluster_extensions", "cluster_transactions", "cluster_node_skew", "cluster_shard_skew"]}')
		where severity <> 'ok' order by check_id, object collate "C", message collate "C";
	END
}

# reasons: how often each reason is given.
reasons()
{
	found "${1-}" | cut -d' ' -f2- | sort | uniq -c | sed 's/^ *//'
}

OWN_INSTALLATION=1 start_server server
postgresql_new shop
is "$(reasons)" '9 not_applicable extension citus is not installed' 'without Citus the checks of a cluster do not apply'

extensions=$tmp/server/root$("${PG_CONFIG:-pg_config}" --sharedir)/extension
rm -f "$extensions"/citus{.control,--*.sql}
cat >"$extensions/citus.control" <<-'END'
	default_version = '1.0'
END
cat >"$extensions/citus--1.0.sql" <<-'END'
	create table pg_catalog.pg_dist_node (nodeid int, groupid int, nodename text, nodeport int, noderole text default 'primary',
		isactive bool default true, hasmetadata bool default true, metadatasynced bool default true,
		shouldhaveshards bool default true, up bool default true, own jsonb default '{}');
	create table pg_catalog.pg_dist_partition (logicalrelid regclass, partmethod "char", repmodel "char");
	create table pg_catalog.pg_dist_shard (logicalrelid regclass, shardid bigint);
	create table pg_catalog.pg_dist_placement (placementid bigint, shardid bigint, shardstate int default 1, groupid int);
	-- the node whose command runs
	create view pg_catalog.pg_dist_local_group as
		select coalesce(nullif(current_setting('citus.node', true), ''), '0')::int as groupid;
	create function pg_catalog.run_command_on_all_nodes(command text, out nodeid int, out success bool, out result text)
	returns setof record language plpgsql as $f$
	declare
		node pg_catalog.pg_dist_node;
	begin
		for node in select * from pg_catalog.pg_dist_node as n where n.isactive loop
			nodeid := node.nodeid;
			success := node.up;
			result := 'failed to connect to ' || node.nodename;
			if node.up then
				perform set_config('citus.node', node.groupid::text, true);
				execute command into result;
				result := coalesce(node.own ->> 'result', result);
			end if;
			perform set_config('citus.node', '', true);
			return next;
		end loop;
	end $f$;
	create function pg_catalog.citus_check_cluster_node_health(out from_nodename text, out from_nodeport int, out to_nodename text,
		out to_nodeport int, out result bool) returns setof record language sql as $f$
		select f.nodename, f.nodeport, t.nodename, t.nodeport, case when f.up then t.up end
		from pg_catalog.pg_dist_node as f, pg_catalog.pg_dist_node as t $f$;
	create function pg_catalog.get_all_active_transactions(out process_id int, out worker_query bool) returns setof record
		language sql as $f$ select pid, application_name <> 'near' from pg_catalog.pg_stat_activity $f$;
	create function pg_catalog.shard_name(regclass, bigint) returns text language sql as
		$f$ select relname || '_' || $2 from pg_catalog.pg_class where oid = $1 $f$;
	create function pg_catalog.citus_truncate_trigger() returns trigger language plpgsql as $f$ begin return null; end $f$;
END
postgresql shop <<-'END' >"$tmp/made"
	set allow_system_table_mods = on;
	create extension citus schema pg_catalog;
	insert into pg_dist_node values (1, 0, 'here', 1), (2, 1, 'one', 2), (3, 2, 'two', 3);
	update pg_dist_node set shouldhaveshards = groupid > 0;
	create table country (code text primary key);
	create table orders (id bigint primary key, note text);
	create table visit (id bigint primary key, order_id bigint references orders);
	create trigger t before truncate on country execute function citus_truncate_trigger();
	create trigger t before truncate on orders execute function citus_truncate_trigger();
	create trigger t before truncate on visit execute function citus_truncate_trigger();
	insert into pg_dist_partition values ('country', 'n', 't'), ('orders', 'h', 's'), ('visit', 'h', 's');
	insert into pg_dist_shard values ('country', 1), ('orders', 2), ('orders', 3), ('visit', 4), ('visit', 5);
	create table country_1 (like country including all);
	create table orders_2 (like orders including all);
	create table orders_3 (like orders including all);
	create table visit_4 (like visit including all);
	create table visit_5 (like visit including all);
	alter index country_1_pkey rename to country_pkey_1;
	alter index orders_2_pkey rename to orders_pkey_2;
	alter index orders_3_pkey rename to orders_pkey_3;
	alter index visit_4_pkey rename to visit_pkey_4;
	alter index visit_5_pkey rename to visit_pkey_5;
	insert into pg_dist_placement (shardid, groupid) values (1, 0), (1, 1), (1, 2), (2, 1), (3, 2), (4, 1), (5, 2);
	insert into country_1 values ('de');
	insert into orders_2 select n, repeat('x', 100) from generate_series(1, 1000) as n;
	insert into orders_3 select n, repeat('x', 100) from generate_series(1, 1000) as n;
	analyze;
END
is "$(found)" '' 'a sound cluster is no finding'
is "$(reasons 'set citus.node = 1;')" '9 not_applicable this server is a worker of Citus: call dbcare on the coordinator' \
	'a worker is not asked'
sums='select table_name, row_estimate, total_bytes = pg_total_relation_size($$orders_2$$) + pg_total_relation_size($$orders_3$$)
	from dbhealth_tables() where table_name = $$public.orders$$;
	select bytes = pg_relation_size($$orders_pkey_2$$) + pg_relation_size($$orders_pkey_3$$) from dbhealth_indexes()
	where index_name = $$public.orders_pkey$$; select row_estimate from dbhealth_tables() where table_name = $$public.country$$;'
is "$(postgresql shop <<<"$sums")" $'public.orders 2000 t\nt\n1' 'sizes and rows of shards are added up'
is "$(postgresql shop <<<"select string_agg(concat(part, bytes > 0), ' ') from dbhealth_size() where part in ('database', 'tables', 'indexes');")" \
	'databaset tablest indexest' 'the size of the database has those of all nodes'
is "$(postgresql shop <<<"select u ->> 'reason' from jsonb_array_elements(dbcheck_repair('{\"orphans\": \"quarantine\"}') -> 'unknown') as u;
	select dbcheck_rule_add('noted', 'orders', 'note is not null', '{\"repair_sql\": \"delete\"}') is not null;
	select u ->> 'reason' from jsonb_array_elements(dbcheck_repair() -> 'unknown') as u where u ->> 'rule_name' = 'noted';")" \
	'rows of public.visit are in shards: repair them with UPDATE or DELETE
t
rows of public.orders are in shards' 'rows of shards are not repaired, and that is said'

# ---- findings ----

# after SQL: what is found after a change, which is undone.
after()
{
	found "begin; set local allow_system_table_mods = on; $1;"
}

is "$(after 'update pg_dist_node set isactive = false where nodeid = 3' | grep -E '^cluster_(nodes|shards)')" \
	'cluster_nodes critical node two:3 is inactive and holds 3 shards
cluster_shards critical public.orders: 1 shard has no placement on an active node
cluster_shards critical public.visit: 1 shard has no placement on an active node' 'a node that is inactive'
is "$(after 'update pg_dist_node set metadatasynced = false where nodeid = 2')" \
	'cluster_nodes warning node one:2 waits for changes of the metadata' 'metadata that is old'
is "$(after 'delete from pg_dist_placement where shardid = 1 and groupid > 0')" \
	'cluster_reference_tables warning reference table public.country is missing on 2 nodes: one:2 and others' \
	'a reference table that nodes lack'
is "$(after "insert into pg_dist_node values (4, 3, 'new', 4)" | grep -v skew)" \
	'cluster_reference_tables info reference table public.country is missing on 1 node: new:4' \
	'a new node without shards does not need it yet'
is "$(after 'update pg_dist_node set up = false where nodeid = 3')" \
	'cluster_connections critical here:1 and 1 other cannot connect to node two:3
cluster_extensions unknown failed to connect to two
cluster_node_skew unknown failed to connect to two
cluster_shard_skew unknown 1 of 2 shards could not be measured
cluster_shard_skew unknown 1 of 2 shards could not be measured
cluster_transactions unknown failed to connect to two
cluster_versions unknown failed to connect to two' 'a node that is down'
is "$(after 'update pg_dist_node set up = false' | grep cluster_connections | sort | uniq -c | sed 's/^ *//')" \
	'3 cluster_connections unknown this role cannot connect to the nodes' 'a role that may not connect'
is "$(postgresql shop <<<"begin; set local allow_system_table_mods = on; update pg_dist_node set up = false where nodeid = 3;
	select count(total_bytes) from dbhealth_tables() where table_name in ('public.country', 'public.orders');
	select count(bytes) from dbhealth_indexes() where index_name = 'public.orders_pkey';
	select string_agg(part, ' ') from dbhealth_size() where bytes is null;")" \
	$'0\n0\ndatabase tables indexes free other' 'sizes that a node does not give are null'
is "$(after "update pg_dist_node set own = jsonb_build_object('result', 'PostgreSQL 9.6, Citus 1.0') where nodeid = 3" | grep versions)" \
	'cluster_versions warning node two:3 runs PostgreSQL N, Citus 1.0, the coordinator PostgreSQL N, Citus 1.0' \
	'another version'
is "$(after "update pg_dist_node set own = jsonb_build_object('result', '{\"dbcare\": \"0.0\", \"plpgsql\": \"1.0\"}') where nodeid = 2;
		update pg_dist_node set own = '{\"result\": \"{}\"}' where nodeid = 3" | grep extensions | sed 's/coordinator [0-9.]*$/coordinator N/')" \
	'cluster_extensions warning node one:2 has version 0.0 of extension dbcare, the coordinator N
cluster_extensions warning node two:3 lacks extension dbcare
cluster_extensions warning node two:3 lacks extension plpgsql' 'extensions that differ or are missing'
postgresql shop <<<"begin; create table leftover (a int); prepare transaction 'citus_0_1_2_3';"
hold near shop 'select 1;'
is "$(found 'set dbcare.check_cluster_transactions_warning = 0;' | sort -u)" \
	"cluster_transactions warning prepared transaction 'citus_0_1_2_3' is N s old: on node here:1
cluster_transactions warning prepared transaction 'citus_0_1_2_3' is N s old: on node one:2
cluster_transactions warning prepared transaction 'citus_0_1_2_3' is N s old: on node two:3
cluster_transactions warning session N of node one:2 is N s old: idle in transaction, role postgres
cluster_transactions warning session N of node two:3 is N s old: idle in transaction, role postgres" \
	'transactions of other nodes'
is "$(found)" '' 'that are not old are no finding'
release near
postgresql shop <<<"rollback prepared 'citus_0_1_2_3';"
postgresql shop <<<"insert into orders_3 select n, repeat('x', 100) from generate_series(1001, 9000) as n;"
is "$(found 'set dbcare.check_cluster_shard_skew_warning = 60;' | sed 's/ [0-9.]* %/ N %/; s/[0-9.]* [kM]B/N bytes/')" \
	'cluster_node_skew warning node two:3 holds N % more than the average node: N bytes
cluster_shard_skew warning public.orders: the largest shard is N % larger than the average one: N bytes' \
	'nodes and shards that are larger than others'
is "$(found 'set dbcare.bloat_min_mb = 10;')" '' 'small ones are no finding'
finish
