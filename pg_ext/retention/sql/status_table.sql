-- columns: live_rows, query
-- The estimated rows of table $2 of schema $1, null if there are no statistics;
-- and the query for its marked rows: how many, since when, and how many of them
-- satisfy $3 and not $4.
select cast((select pg_catalog.sum(l.reltuples)
		from (select c.oid as relid union select t.relid from pg_catalog.pg_partition_tree(c.oid) as t) as p
		join pg_catalog.pg_class as l on l.oid = p.relid and l.relkind = 'r'
		having pg_catalog.min(l.reltuples) >= 0) as bigint) as live_rows,
	pg_catalog.format('select pg_catalog.count(*), pg_catalog.to_char(cast(pg_catalog.min(deleted_at) as timestamptz) at time zone ''UTC'', %L), '
		'pg_catalog.count(*) filter (where %s and not (%s)) from %I.%I where deletion_id is not null',
		'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"', $3, $4, $1, $2) as query
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2
order by 1
