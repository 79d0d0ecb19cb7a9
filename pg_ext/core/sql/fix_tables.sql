-- columns: oid
-- The tables whose code may run when table $1 is changed: it, its
-- children, and with $2 the tables connected by foreign keys.
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
	join pg_catalog.pg_constraint as con on $2 and con.contype = 'f' and f.relid in (con.conrelid, con.confrelid)
)
select distinct cast(t.relid as bigint) as oid
from touched as t
order by 1
