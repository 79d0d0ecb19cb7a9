-- columns: owner
-- The owners of tables whose code may run when table $1 is changed: of the
-- table, of its children, and of tables connected by foreign keys.
with recursive family (relid) as (
	select cast($1 as pg_catalog.oid)
	union
	select h.inhrelid
	from pg_catalog.pg_inherits as h
	join family as f on f.relid = h.inhparent
), touched (relid) as (
	select f.relid
	from family as f
	union all
	select case when f.relid = con.conrelid then con.confrelid else con.conrelid end
	from family as f
	join pg_catalog.pg_constraint as con on con.contype = 'f' and f.relid in (con.conrelid, con.confrelid)
)
select distinct cast(c.relowner as bigint) as owner
from touched as t
join pg_catalog.pg_class as c on c.oid = t.relid
order by 1
