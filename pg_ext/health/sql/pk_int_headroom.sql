-- columns: {finding}
-- Primary keys of one smallint or integer column without a sequence, which
-- sequence_exhaustion does not check: a probe reads the maximum from the index.
-- Negative keys are not ascending numbers.
with fed as (
	select d.refobjid as relid, d.refobjsubid as attnum
	from pg_catalog.pg_sequence as s
	join pg_catalog.pg_depend as d on d.objid = s.seqrelid
	where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
		and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
		and d.deptype in ('a', 'i') and d.refobjsubid > 0
	union
	select ad.adrelid, ad.adnum
	from pg_catalog.pg_sequence as s
	join pg_catalog.pg_depend as d on d.refobjid = s.seqrelid
	join pg_catalog.pg_attrdef as ad on ad.oid = d.objid
	where d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
		and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
), numbered as (
	select pg_catalog.format('%I.%I', n.nspname, c.relname) as table_name,
		pg_catalog.format('%s%I.%I', case when c.relkind = 'r' then 'only ' end, n.nspname, c.relname) as rows,
		a.attname, {quickly_rewritten:c} as is_quick,
		case a.atttypid when 'int2'::pg_catalog.regtype then 32767 else 2147483647 end as maximum,
		case when not pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')
			then pg_catalog.format('SELECT on %I.%I is needed', n.nspname, c.relname)
			when not pg_catalog.has_schema_privilege(n.oid, 'USAGE')
			then pg_catalog.format('USAGE on schema %I is needed', n.nspname)
			when pg_catalog.row_security_active(c.oid)
			then pg_catalog.format('row security hides rows of %I.%I', n.nspname, c.relname)
			when c.relpersistence = 'u' and pg_catalog.pg_is_in_recovery()
			then 'unlogged tables cannot be read on a standby' end as reason
	from pg_catalog.pg_index as i
	join pg_catalog.pg_class as c on c.oid = i.indrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = i.indkey[0]
	where i.indisprimary and i.indnkeyatts = 1 and i.indisvalid
		and c.relkind in ('r', 'p') and not c.relispartition
		and a.atttypid in ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype)
		and (c.oid, a.attnum) not in (select f.relid, f.attnum from fed as f)
		and c.oid not in (select pg_catalog.pg_partition_root(p.oid) from pg_catalog.pg_class as p
			where p.relkind = 'f' and p.relispartition)
		and {user_schema:n}
		and {not_in_extension:c.oid}
)
select case when b.reason is not null then 'unknown' end as severity,
	b.table_name as object,
	cast(null as double precision) as value,
	pg_catalog.format('the limit of column %I is %s', b.attname, b.maximum) as detail,
	case when b.is_quick
		then pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I TYPE bigint;', b.table_name, b.attname) end as fix_sql,
	b.reason,
	case when b.reason is null
		then pg_catalog.format('select e.share from (select 100.0 * pg_catalog.max(%1$I) / %2$s as share,'
			' pg_catalog.min(%1$I) as least from %3$s) as e where e.least >= 0 and e.share >= %4$s',
			b.attname, b.maximum, b.rows, least(cast($1 as double precision), cast($2 as double precision))) end as probe
from numbered as b
order by b.table_name
