-- The last value of each sequence between its start and the nearer of its own
-- end and that of the integer columns it feeds: the one that owns it, and any
-- whose default calls it.  A sequence that is read here stays locked until
-- the transaction ends; lest thousands of them fill the lock table, only the
-- shortest 500 are, the others in probes.
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
), narrowest as (
	select distinct on (f.seqrelid) f.seqrelid, integers.maximum, t.typbasetype = 0 as is_plain,
		pg_catalog.format('%I.%I', n.nspname, c.relname) as table_name, a.attname
	from feeding as f
	join pg_catalog.pg_attribute as a on a.attrelid = f.relid and a.attnum = f.attnum
	join pg_catalog.pg_type as t on t.oid = a.atttypid
	join (values (cast('int2' as pg_catalog.regtype), 32767), ('int4', 2147483647))
		as integers (type, maximum) on integers.type in (t.oid, t.typbasetype)
	join pg_catalog.pg_class as c on c.oid = f.relid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	order by f.seqrelid, integers.maximum, n.nspname, c.relname, a.attname
), ranged as (
	select s.seqrelid, n.nspname, c.relname, w.table_name, w.attname, w.is_plain,
		s.seqincrement > 0 as ascending,
		s.seqtypid = 'int8'::pg_catalog.regtype and case when s.seqincrement > 0
			then s.seqmax = 9223372036854775807
			else s.seqmin = -9223372036854775808 end as is_widest,
		case when s.seqincrement > 0 then w.maximum <= s.seqmax
			else -1 - w.maximum >= s.seqmin end as is_columns,
		cast(case when s.seqincrement > 0 then s.seqmin else s.seqmax end as numeric) as first,
		cast(case when s.seqincrement > 0 then least(s.seqmax, w.maximum)
			else greatest(s.seqmin, -1 - w.maximum) end as numeric) as last,
		case when not pg_catalog.has_sequence_privilege(s.seqrelid, 'SELECT')
			then pg_catalog.format('SELECT on %I.%I is needed', n.nspname, c.relname)
			when not pg_catalog.has_schema_privilege(n.oid, 'USAGE')
			then pg_catalog.format('USAGE on schema %I is needed', n.nspname)
			when c.relpersistence = 'u' and pg_catalog.pg_is_in_recovery()
			then 'unlogged sequences cannot be read on a standby' end as reason
	from pg_catalog.pg_sequence as s
	join pg_catalog.pg_class as c on c.oid = s.seqrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	left join narrowest as w on w.seqrelid = s.seqrelid
	where not s.seqcycle
		and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'dbcare')
		and c.oid not in (select d.objid from pg_catalog.pg_depend as d
			where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e')
), placed as (
	select r.*,
		r.last - r.first as span,
		pg_catalog.row_number() over (partition by r.reason is null
			order by pg_catalog.abs(r.last - r.first), r.seqrelid) <= 500 as fits
	from ranged as r
), measured as (
	select p.*,
		case when p.reason is null and p.fits
			then 100 * (pg_catalog.pg_sequence_last_value(p.seqrelid) - p.first) / nullif(p.span, 0) end as used,
		case when p.reason is null and not p.fits
			then pg_catalog.format('select s.used from (select 100 * (cast(last_value as numeric) - (%s)) / nullif(%s, 0) as used'
				' from %I.%I where is_called) as s where s.used >= %s',
				p.first, p.span, p.nspname, p.relname,
				least(cast($1 as double precision), cast($2 as double precision))) end as probe
	from placed as p
)
select case when m.reason is not null then 'unknown' end as severity,
	pg_catalog.format('%I.%I', m.nspname, m.relname) as object,
	cast(m.used as double precision) as value,
	pg_catalog.format('%s%s', m.last, case when m.is_columns
		then pg_catalog.format(', that of column %I of %s', m.attname, m.table_name) end) as detail,
	nullif(pg_catalog.concat_ws(' ',
		case when m.is_columns and m.is_plain
			then pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I TYPE bigint;', m.table_name, m.attname) end,
		case when not m.is_widest and (m.is_plain or m.is_columns is not true)
			then pg_catalog.format('ALTER SEQUENCE %I.%I AS bigint %s;', m.nspname, m.relname,
				case when m.ascending then 'NO MAXVALUE' else 'NO MINVALUE' end) end), '') as fix_sql,
	m.reason,
	m.probe
from measured as m
where m.reason is not null or m.probe is not null
	or m.used >= least(cast($1 as double precision), cast($2 as double precision))
order by m.nspname, m.relname
