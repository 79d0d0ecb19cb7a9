-- columns: condition
-- The condition that a row of table $1 with key $2, an expression, is held, by the
-- name of the table, of one of its partitions, or of a table that it is one of; or by
-- the name of before it was renamed, which its trigger has until dbarchive_enable().
select case when count(*) = 0 then 'false' else {postgresql:pg_catalog.format('%s in (%s)', cast($2 as text), pg_catalog.string_agg(pg_catalog.quote_literal(h.row_key), ', '))}{sqlite:printf('%s in (%s)', $2, group_concat(quote(h.row_key), ', '))} end as condition
from {.hold} as h
where h.table_name in {partitions:$1}{postgresql:
	or pg_catalog.to_regclass(h.table_name) in (select a.relid from pg_catalog.pg_partition_ancestors(pg_catalog.to_regclass($1)) as a)}
	or h.table_name in (select o.was from {old_names} as o where o.now = cast($1 as text))
