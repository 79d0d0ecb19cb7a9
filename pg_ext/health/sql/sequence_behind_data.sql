-- columns: {finding}
-- Integer columns with an owned sequence or a default that calls one: a probe
-- compares the last value of the sequence with the maximum of the column, read
-- from an index.  Partitions are checked with their parent, unless one of them
-- is a foreign table.
with feeding as (
	select s.seqrelid, d.refobjid as relid, d.refobjsubid as attnum
	from pg_catalog.pg_sequence as s
	join pg_catalog.pg_depend as d on d.objid = s.seqrelid
	where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
		and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
		and d.deptype in ('a', 'i') and d.refobjsubid > 0
	union
	select s.seqrelid, ad.adrelid, ad.adnum
	from pg_catalog.pg_sequence as s
	join pg_catalog.pg_depend as d on d.refobjid = s.seqrelid
	join pg_catalog.pg_attrdef as ad on ad.oid = d.objid
	where d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
		and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
), fed as (
	select s.seqincrement > 0 as ascending, s.seqincrement,
		pg_catalog.format('%I.%I', sn.nspname, sc.relname) as sequence,
		pg_catalog.format('%I.%I', n.nspname, c.relname) as table_name,
		pg_catalog.format('%s%I.%I', case when c.relkind = 'r' then 'only ' end, n.nspname, c.relname) as rows,
		a.attname,
		case when not pg_catalog.has_sequence_privilege(s.seqrelid, 'SELECT')
			then pg_catalog.format('SELECT on %I.%I is needed', sn.nspname, sc.relname)
			when not pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
			then pg_catalog.format('SELECT on %I.%I is needed', n.nspname, c.relname)
			when not pg_catalog.has_schema_privilege(sn.oid, 'USAGE')
			then pg_catalog.format('USAGE on schema %I is needed', sn.nspname)
			when not pg_catalog.has_schema_privilege(n.oid, 'USAGE')
			then pg_catalog.format('USAGE on schema %I is needed', n.nspname)
			when pg_catalog.row_security_active(c.oid)
			then pg_catalog.format('row security hides rows of %I.%I', n.nspname, c.relname)
			when 'u' in (sc.relpersistence, c.relpersistence) and pg_catalog.pg_is_in_recovery()
			then 'unlogged sequences cannot be read on a standby' end as reason
	from feeding as f
	join pg_catalog.pg_sequence as s on s.seqrelid = f.seqrelid
	join pg_catalog.pg_class as sc on sc.oid = s.seqrelid
	join pg_catalog.pg_namespace as sn on sn.oid = sc.relnamespace
	join pg_catalog.pg_class as c on c.oid = f.relid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_attribute as a on a.attrelid = f.relid and a.attnum = f.attnum
	where not s.seqcycle and c.relkind in ('r', 'p') and not c.relispartition
		and a.atttypid in ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype)
		and exists (select from pg_catalog.pg_index as i
			join pg_catalog.pg_class as x on x.oid = i.indexrelid
			join pg_catalog.pg_am as m on m.oid = x.relam
			where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indisvalid and i.indpred is null
				and m.amname = 'btree')
		and c.oid not in (select pg_catalog.pg_partition_root(p.oid) from pg_catalog.pg_class as p
			where p.relkind = 'f' and p.relispartition)
		and {user_schema:n}
		and {not_in_extension:c.oid}
)
select case when f.reason is not null then 'unknown' end as severity,
	f.sequence as object,
	cast(null as double precision) as value,
	pg_catalog.format('column %I of %s', f.attname, f.table_name) as detail,
	pg_catalog.format('SELECT pg_catalog.setval(%L, (SELECT pg_catalog.%s(%I) FROM %s));',
		f.sequence, case when f.ascending then 'max' else 'min' end, f.attname, f.rows) as fix_sql,
	f.reason,
	case when f.reason is null
		then pg_catalog.format('select (e.value - s.value) * (%s) from'
			' (select cast(pg_catalog.%s(%I) as pg_catalog.numeric) as value from %s) as e,'
			' (select cast(last_value as pg_catalog.numeric) - case when is_called then 0 else %s end as value from %s) as s'
			' where (e.value - s.value) * (%1$s) > 0',
			case when f.ascending then 1 else -1 end, case when f.ascending then 'max' else 'min' end, f.attname,
			f.rows, f.seqincrement, f.sequence) end as probe
from fed as f
order by f.sequence, f.table_name, f.attname
