-- columns: statement
-- A query of the partitions of table $2 of schema $1 in which rows belong, $3: a
-- JSON array of rows as the log has them.  $4 are the conditions of the partitions
-- as audit/routes.sql finds them.  It names the table, so that it runs as the owner
-- of the table.
with tab as (
	select c.oid as relid, n.nspname, c.relname
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = $1 and c.relname = $2
), col as (
	-- the columns that decide
	select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) as type
	from tab
	join pg_catalog.pg_attribute as a on a.attrelid = tab.relid and a.attnum > 0 and not a.attisdropped
	where a.attname in (select k.attname
		from (select relid from pg_catalog.pg_partition_tree(tab.relid)
			union select relid from pg_catalog.pg_partition_ancestors(tab.relid)) as r (relid)
		join pg_catalog.pg_partitioned_table as p on p.partrelid = r.relid
		join pg_catalog.pg_attribute as k on k.attrelid = p.partrelid and k.attnum = any (p.partattrs::pg_catalog.int2[]))
)
select pg_catalog.format('select (select case %s end
	from (select %s from pg_catalog.json_to_record("dbcare rows"."dbcare row") as "dbcare texts" (%s)) as "dbcare values") as relid
from pg_catalog.json_array_elements(%L::pg_catalog.json) with ordinality as "dbcare rows" ("dbcare row", "dbcare number")
where (select pg_catalog.count(*) from only %I.%I where false) = 0
order by "dbcare rows"."dbcare number"',
	$4,
	(select pg_catalog.string_agg(pg_catalog.format('"dbcare texts".%1$I::%2$s as %1$I', col.attname, col.type), ', ' order by col.attname) from col),
	(select pg_catalog.string_agg(pg_catalog.format('%I text', col.attname), ', ' order by col.attname) from col),
	$3, tab.nspname, tab.relname) as statement
from tab
