-- columns: oid
-- The relation $1 with its partitions and children.
with recursive tree as (
	select cast($1 as pg_catalog.oid) as oid, 0 as depth
	union
	select i.inhrelid, tree.depth + 1
	from tree
	join pg_catalog.pg_inherits as i on i.inhparent = tree.oid
)
select tree.oid::bigint as oid
from tree
group by tree.oid
order by min(tree.depth), tree.oid
