-- columns: relid, parent, kind, source, condition, key, may_read, hides
-- Table $1, its partitions and the tables that they refer to: how rows of each
-- alone are read; of partitions the condition that their rows satisfy, and the
-- columns of the partition key, of which 0 is an expression; whether the user
-- may read all columns, and whether row security hides rows.  Without $2 there are no
-- conditions: to read one computes the partition key, which is code of the owner.
with family as (
	select cast($1 as pg_catalog.oid) as relid, null::pg_catalog.oid as parent
	union all
	select t.relid, t.parentrelid
	from pg_catalog.pg_partition_tree(cast(cast($1 as pg_catalog.oid) as pg_catalog.regclass)) as t
	where t.level > 0
), tab as (
	select f.relid, f.parent from family as f
	union all
	select distinct con.confrelid, null::pg_catalog.oid
	from family as f
	join pg_catalog.pg_constraint as con on con.conrelid = f.relid and con.contype = 'f'
	where con.confrelid not in (select f.relid from family as f)
)
select c.oid::pg_catalog.int8 as relid, tab.parent::pg_catalog.int8 as parent, c.relkind::text as kind,
	case when c.relkind <> 'p' then 'only ' else '' end || pg_catalog.format('%I.%I', n.nspname, c.relname) as source,
	case when c.relispartition and $2 then pg_catalog.pg_get_partition_constraintdef(c.oid) end as condition,
	(select p.partattrs::text from pg_catalog.pg_partitioned_table as p where p.partrelid = c.oid) as key,
	pg_catalog.has_table_privilege(c.oid, 'SELECT') or not exists (select from pg_catalog.pg_attribute as a
		where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
			and not pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')) as may_read,
	pg_catalog.row_security_active(c.oid) as hides
from tab
join pg_catalog.pg_class as c on c.oid = tab.relid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
order by 1
