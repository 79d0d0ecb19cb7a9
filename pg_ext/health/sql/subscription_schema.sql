-- columns: {finding}
-- Published columns, as the publisher has them, against the tables here.  Only a
-- superuser sees how the subscription connects; ts_stat() takes as text what needs
-- dblink, in any schema.
with linked as (
	select (select n.nspname
		from pg_catalog.pg_extension as e
		join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
			and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
		join pg_catalog.pg_proc as p on p.oid = d.objid and p.proname = 'dblink'
		join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
		where e.extname = 'dblink'
		limit 1) as space,
		pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT') as allowed
), subscription as (
	select s.oid, s.subname, s.subpublications, l.space, l.allowed
	from pg_catalog.pg_subscription as s
	join pg_catalog.pg_database as d on d.oid = s.subdbid and d.datname = pg_catalog.current_database()
	cross join linked as l
	where s.subenabled and not pg_catalog.pg_is_in_recovery()
), connected as (
	select s.*, (select w.word from pg_catalog.ts_stat(case when s.allowed and s.space is not null then pg_catalog.format(
		'select pg_catalog.array_to_tsvector(array[subconninfo]) from pg_catalog.pg_subscription where oid = %s', s.oid) end)
		as w) as conninfo
	from subscription as s
), published as (
	select c.oid as subscription, c.subname, p.schema_name, p.table_name, p.column_name, p.type,
		pg_catalog.to_regclass(pg_catalog.format('%I.%I', p.schema_name, p.table_name)) as relid,
		pg_catalog.format('%I.%I', p.schema_name, p.table_name) as shown
	from connected as c
	cross join lateral pg_catalog.ts_stat(case when c.conninfo is not null then pg_catalog.format(
		'select pg_catalog.array_to_tsvector(array[r.word]) from %I.dblink(%L::pg_catalog.text, %L::pg_catalog.text) as r (word text)', c.space,
		c.conninfo || case when c.conninfo ~ 'connect_timeout|://' then '' else ' connect_timeout=5' end,
		pg_catalog.format('select cast(pg_catalog.json_build_object(''schema_name'', t.schemaname, ''table_name'', t.tablename,'
			' ''column_name'', a.attname, ''type'', pg_catalog.format_type(a.atttypid, a.atttypmod)) as text)'
			' from pg_catalog.pg_publication_tables as t'
			' join pg_catalog.pg_namespace as n on n.nspname = t.schemaname'
			' join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = t.tablename'
			' join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '''''
			' where t.pubname = any (%L)'
			' and coalesce(pg_catalog.to_jsonb(t) -> ''attnames'' @> pg_catalog.to_jsonb(cast(a.attname as text)), true)',
			c.subpublications)) end) as w
	cross join lateral pg_catalog.json_to_record(cast(w.word as pg_catalog.json))
		as p (schema_name text, table_name text, column_name text, type text)
), finding (severity, object, detail) as (
	select distinct 'critical', p.shown, 'does not exist here, but the publisher sends its rows'
	from published as p
	where p.relid is null
	union all
	select distinct 'warning', p.shown, pg_catalog.format(
		'is not received yet: run ALTER SUBSCRIPTION %I REFRESH PUBLICATION', p.subname)
	from published as p
	where p.relid is not null and not exists (select from pg_catalog.pg_subscription_rel as r
		where r.srsubid = p.subscription and (r.srrelid = p.relid
			or r.srrelid in (select a.relid from pg_catalog.pg_partition_ancestors(p.relid) as a)))
	union all
	select case when a.attnum is null then 'critical' else 'warning' end, p.shown,
		case when a.attnum is null then pg_catalog.format('lacks column %I of the publisher', p.column_name)
			else pg_catalog.format('has column %I of type %s, the publisher of type %s', p.column_name,
				pg_catalog.format_type(a.atttypid, a.atttypmod), p.type) end
	from published as p
	left join pg_catalog.pg_attribute as a on a.attrelid = p.relid and a.attname = p.column_name and a.attnum > 0
		and not a.attisdropped
	where p.relid is not null
		and p.type is distinct from pg_catalog.format_type(a.atttypid, a.atttypmod)
	union all
	select 'critical', p.shown, pg_catalog.format('has column %I NOT NULL without a default, which the publisher does not send', a.attname)
	from (select distinct p.relid, p.shown from published as p where p.relid is not null) as p
	join pg_catalog.pg_attribute as a on a.attrelid = p.relid and a.attnum > 0 and not a.attisdropped
		and a.attnotnull and not a.atthasdef and a.attidentity = ''
	where not exists (select from published as o where o.relid = p.relid and o.column_name = a.attname)
)
select f.severity,
	f.object,
	cast(null as double precision) as value,
	f.detail,
	cast(null as text) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from finding as f
union all
select 'unknown', pg_catalog.quote_ident(s.subname), null, null, null,
	case when not s.allowed then 'only a superuser can see how the subscription connects'
		else 'extension dblink is needed to query the publisher' end, null
from subscription as s
where not s.allowed or s.space is null
union all
select 'not_applicable', null, null, null, null, 'a standby applies no subscription', null
where pg_catalog.pg_is_in_recovery()
order by 2, 4
