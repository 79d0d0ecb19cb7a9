-- columns: {finding}
-- The last value of each sequence between its start and the nearest limit: its
-- own, or that of the integer columns that use it, as owner or by default.  The
-- host reads sequences: those read by SQL stay locked, and thousands would fill
-- the lock table. $10 contains those that may be near a limit, usually few.
with ranged as (
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
	left join lateral (
		select integers.maximum,
			-- others have no such column, or take long to rewrite
			t.typbasetype = 0 and fc.relkind = 'r' and {quickly_rewritten:fc} as is_plain,
			pg_catalog.format('%I.%I', fn.nspname, fc.relname) as table_name, a.attname
		from (
			select d.refobjid as relid, d.refobjsubid as attnum
			from pg_catalog.pg_depend as d
			where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = s.seqrelid
				and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
				and d.deptype in ('a', 'i') and d.refobjsubid > 0
			union all
			select ad.adrelid, ad.adnum
			from pg_catalog.pg_depend as d
			join pg_catalog.pg_attrdef as ad on ad.oid = d.objid
			where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = s.seqrelid
				and d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
		) as f
		join pg_catalog.pg_attribute as a on a.attrelid = f.relid and a.attnum = f.attnum
		join pg_catalog.pg_type as t on t.oid = a.atttypid
		join (values (cast('int2' as pg_catalog.regtype), 32767), ('int4', 2147483647))
			as integers (type, maximum) on integers.type in (t.oid, t.typbasetype)
		join pg_catalog.pg_class as fc on fc.oid = f.relid
		join pg_catalog.pg_namespace as fn on fn.oid = fc.relnamespace
		order by integers.maximum, fn.nspname, fc.relname, a.attname
		limit 1
	) as w on true
	where s.seqrelid in (select pg_catalog.unnest(cast($10 as oid[])))
		and {user_schema:n}
		and {not_in_extension:c.oid}
)
select case when r.reason is not null then 'unknown' end as severity,
	pg_catalog.format('%I.%I', r.nspname, r.relname) as object,
	cast(null as double precision) as value,
	pg_catalog.format('%s%s', r.last, case when r.is_columns
		then pg_catalog.format(', that of column %I of %s', r.attname, r.table_name) end) as detail,
	nullif(pg_catalog.concat_ws(' ',
		case when r.is_columns and r.is_plain
			then pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I TYPE bigint;', r.table_name, r.attname) end,
		case when not r.is_widest and (r.is_plain or r.is_columns is not true)
			then pg_catalog.format('ALTER SEQUENCE %I.%I AS bigint %s;', r.nspname, r.relname,
				case when r.ascending then 'NO MAXVALUE' else 'NO MINVALUE' end) end), '') as fix_sql,
	r.reason,
	case when r.reason is null
		then pg_catalog.format('sequence %s from %s to %s', r.seqrelid, r.first, r.last) end as probe
from ranged as r
order by r.nspname, r.relname
