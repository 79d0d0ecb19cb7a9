-- columns: hold_id, table_name, row_key, quoted, reason, is_own, key_values, is_moved
-- as owner
-- The holds of rows of table $1 (of all, if that is null), its partitions, and the tables that it is a partition
-- of; only those with a key of list $2, unless that is null.  The table of a hold is known by its
-- number, whatever its name is now, and so is the partition that had the row, in which it
-- is if that was detached; a table that was dropped is known by its name.
-- Keys have the present names of their columns.  is_own: false for a dropped table if the one that has its name now is not of its owner.  is_moved: always false.
with bound as materialized (
	select b.table_id, b.relid, b.now from {bound_tables} as b
), family (relid) as (
	select cast(pg_catalog.to_regclass($1) as pg_catalog.oid)
	union
	select t.relid from pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1)) as t
	union
	select a.relid from pg_catalog.pg_partition_ancestors(pg_catalog.to_regclass($1)) as a
), found as (
	select h.hold_id, case when p.relid not in (
			select t.relid from pg_catalog.pg_partition_tree(b.relid) as t union all select b.relid) then p.now
		else coalesce(b.now, h.table_name) end as table_name, h.row_key, h.key_values, b.relid, h.reason,
		b.relid is not null or exists (select from dbcare.known_table as k
			join pg_catalog.pg_class as c on c.oid = pg_catalog.to_regclass(h.table_name)
			where k.table_id = h.table_id and pg_catalog.pg_get_userbyid(c.relowner) = k.owner_name) as is_own
	from dbcare.hold as h
	left join bound as b on b.table_id = h.table_id
	left join bound as p on p.table_id = h.part_id
	where (cast($1 as text) is null or h.table_name = $1 and b.relid is null
		or coalesce(b.relid, pg_catalog.to_regclass(h.table_name)) in (select f.relid from family as f)
		or p.relid in (select f.relid from family as f))
), named as (
	select f.*, {hold_key:f} as present_key
	from found as f
)
select f.hold_id, f.table_name, f.present_key as row_key, pg_catalog.quote_literal(f.present_key) as quoted, f.reason,
	f.is_own, f.key_values, false as is_moved
from named as f
where cast($2 as text) is null or f.present_key in {listed:$2}
order by f.table_name, f.hold_id
