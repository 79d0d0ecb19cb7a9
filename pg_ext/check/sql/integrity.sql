-- columns: object, problem, severity, fix_sql, probe
-- Contradictions in the catalog, and probes for problems elsewhere: a probe is
-- a query that returns problems and, if they concern several objects, the
-- object. $1 tells whether to compare tables with their indexes and TOAST
-- values, too.  Citus hides its shards from queries on pg_class, not from
-- functions that look up an OID.  Only functions that belong to amcheck are called: other
-- functions with the same name may exist, with arguments that match less well.
-- An object dropped meanwhile returns no row; on a standby, unlogged relations
-- are empty by design.
with relation as materialized (
	select c.oid, c.relname, c.relkind, c.relnatts, c.reltoastrelid, c.relpersistence, am.amname,
		coalesce(pg_catalog.quote_ident(n.nspname) || '.', '') || pg_catalog.quote_ident(c.relname) as shown,
		n.nspname in ('pg_catalog', 'pg_toast', 'information_schema') as is_system,
		not (c.relpersistence = 'u' and pg_catalog.pg_is_in_recovery()) as is_whole
	from pg_catalog.pg_class as c
	left join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	left join pg_catalog.pg_am as am on am.oid = c.relam
	where c.relpersistence <> 't'
), installed (oid) as (
	select e.oid
	from pg_catalog.pg_extension as e
	where e.extname = 'amcheck'
), tester as materialized (
	select p.proname, p.pronargs, pg_catalog.quote_ident(n.nspname) as space,
		pg_catalog.has_schema_privilege(n.oid, 'USAGE')
			and pg_catalog.has_function_privilege(p.oid, 'EXECUTE') as allowed
	from installed as i
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = i.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where p.proname = 'bt_index_check' and p.pronargs = 2 or p.proname = 'verify_heapam'
), attribute_count as (
	select a.attrelid, pg_catalog.count(*) as columns
	from pg_catalog.pg_attribute as a
	where a.attnum > 0
	group by a.attrelid
), reference (catalog, oid, name, what, target) as (
	select 'constraint', k.oid, k.conname, 'table', k.conrelid
	from pg_catalog.pg_constraint as k
	where k.conrelid <> 0
	union all
	select 'constraint', k.oid, k.conname, 'table', k.confrelid
	from pg_catalog.pg_constraint as k
	where k.confrelid <> 0
	union all
	select 'constraint', k.oid, k.conname, 'index', k.conindid
	from pg_catalog.pg_constraint as k
	where k.conindid <> 0
	union all
	select 'trigger', t.oid, t.tgname, 'table', t.tgrelid
	from pg_catalog.pg_trigger as t
	union all
	select 'rule', r.oid, r.rulename, 'relation', r.ev_class
	from pg_catalog.pg_rewrite as r
	union all
	select 'default', d.oid, null, 'table', d.adrelid
	from pg_catalog.pg_attrdef as d
	union all
	select 'table', c.oid, c.relname, 'TOAST table', c.reltoastrelid
	from pg_catalog.pg_class as c
	where c.reltoastrelid <> 0
	union all
	select 'index', i.indexrelid, null, 'table', i.indrelid
	from pg_catalog.pg_index as i
	union all
	select 'index', i.indexrelid, null, 'pg_class entry', i.indexrelid
	from pg_catalog.pg_index as i
	union all
	select distinct 'columns', a.attrelid, null, 'relation', a.attrelid
	from pg_catalog.pg_attribute as a
), catalog (oid, name) as (
	values ('pg_catalog.pg_class'::pg_catalog.regclass, 'relation'),
		('pg_catalog.pg_type', 'type'), ('pg_catalog.pg_proc', 'function'),
		('pg_catalog.pg_constraint', 'constraint'), ('pg_catalog.pg_namespace', 'schema'),
		('pg_catalog.pg_trigger', 'trigger'), ('pg_catalog.pg_attrdef', 'default'),
		('pg_catalog.pg_extension', 'extension')
), known (catalog, oid) as (
	select tableoid, oid from pg_catalog.pg_class
	union all
	select tableoid, oid from pg_catalog.pg_type
	union all
	select tableoid, oid from pg_catalog.pg_proc
	union all
	select tableoid, oid from pg_catalog.pg_constraint
	union all
	select tableoid, oid from pg_catalog.pg_namespace
	union all
	select tableoid, oid from pg_catalog.pg_trigger
	union all
	select tableoid, oid from pg_catalog.pg_attrdef
	union all
	select tableoid, oid from pg_catalog.pg_extension
), dependency (catalog, oid) as (
	select d.classid, d.objid from pg_catalog.pg_depend as d
	union
	select d.refclassid, d.refobjid from pg_catalog.pg_depend as d
), finding (place, object, problem, severity, fix_sql, probe) as (
	select 1, pg_catalog.quote_ident(s.datname),
		pg_catalog.format('%s pages have failed their checksum', s.checksum_failures), 'critical',
		cast(null as text), cast(null as text)
	from pg_catalog.pg_stat_database as s
	where s.datname = pg_catalog.current_database() and s.checksum_failures > 0
	union all
	select 2, r.shown, pg_catalog.format('it has %s columns, of which %s are described',
			r.relnatts, coalesce(a.columns, 0)), 'critical', null, null
	from relation as r
	left join attribute_count as a on a.attrelid = r.oid
	where r.relnatts <> coalesce(a.columns, 0)
	union all
	select 2, r.catalog || ' ' || coalesce(pg_catalog.quote_ident(r.name), r.oid::text),
		pg_catalog.format('its %s %s does not exist', r.what, r.target), 'critical', null, null
	from reference as r
	where not exists (select from pg_catalog.pg_class as c where c.oid = r.target)
		and pg_catalog.pg_table_is_visible(r.target) is null
	union all
	select 2, c.name || ' ' || d.oid, 'it does not exist, but dependencies say so', 'warning', null, null
	from dependency as d
	join catalog as c on c.oid = d.catalog
	where d.oid <> 0
		and not exists (select from known as k where k.catalog = d.catalog and k.oid = d.oid)
		and not (c.name = 'relation' and pg_catalog.pg_table_is_visible(d.oid) is not null)
	union all
	select 3, r.shown, 'it is not valid: queries do not use it', 'warning',
		case when {leftover_index:i} then pg_catalog.format('DROP INDEX CONCURRENTLY %s;', r.shown)
			when not i.indisunique then pg_catalog.format('REINDEX INDEX CONCURRENTLY %s;', r.shown) end, null
	from pg_catalog.pg_index as i
	join relation as r on r.oid = i.indexrelid
	where not (i.indisvalid and i.indisready and i.indislive) and r.relkind = 'i'
		and not exists (select from pg_catalog.pg_stat_progress_create_index as p
			where p.datname = pg_catalog.current_database()
				and (p.relid is null or p.relid = i.indrelid))
	union all
	select 4, 'files', null, 'critical', null,
		'select ''its file '' || f.path || '' is missing'', f.relation'
		' from (select c.oid, pg_catalog.format(''%I.%I'', n.nspname, c.relname) as relation,'
		' pg_catalog.pg_relation_filepath(c.oid) as path'
		' from pg_catalog.pg_class as c'
		' join pg_catalog.pg_namespace as n on n.oid = c.relnamespace'
		' where c.relkind in (''r'', ''i'', ''m'', ''t'', ''S'') and c.relpersistence <> ''t'''
		' and not (c.relpersistence = ''u'' and pg_catalog.pg_is_in_recovery())) as f'
		' where f.path is not null and pg_catalog.pg_stat_file(f.path, true) is null'
		' and f.path = pg_catalog.pg_relation_filepath(f.oid)'
		' order by f.relation'
	where pg_catalog.has_function_privilege('pg_catalog.pg_stat_file(text, boolean)', 'EXECUTE')
	union all
	select 5, r.shown, null, 'critical', null,
		pg_catalog.format('select pg_catalog.format(''block %%s%%s: %%s'', v.blkno,'
			' '', item '' || v.offnum, v.msg) from pg_catalog.pg_class as c,'
			' lateral %s.verify_heapam(c.oid::pg_catalog.regclass, false, %L::pg_catalog.bool, ''none''::text,'
			' null::bigint, null::bigint) as v where c.oid = %s'
			' order by v.blkno, v.offnum, v.attnum, v.msg limit 100', t.space, cast($1 as boolean), r.oid)
	from relation as r
	join tester as t on t.proname = 'verify_heapam' and t.allowed
	where r.relkind in ('r', 'm', 't') and r.amname = 'heap' and r.is_whole
	union all
	select 6, r.shown, null, 'critical',
		pg_catalog.format('REINDEX INDEX %s%s;', case when not (r.is_system or i.indisexclusion)
			then 'CONCURRENTLY ' end, r.shown),
		pg_catalog.format('select nullif(%s.bt_index_check(oid::pg_catalog.regclass, %L::pg_catalog.bool)::text, '''')'
			' from pg_catalog.pg_class where oid = %s', t.space, cast($1 as boolean), r.oid)
	from relation as r
	join tester as t on t.proname = 'bt_index_check' and t.allowed
	join pg_catalog.pg_index as i on i.indexrelid = r.oid
	where r.relkind = 'i' and r.amname = 'btree' and r.is_whole
		and i.indisvalid and i.indisready and i.indislive
	union all
	select 4, r.shown, null, 'critical', null, 'lost rows of ' || r.oid
	from relation as r
	where cast($1 as boolean) and r.relkind = 'r' and r.amname = 'heap' and r.is_whole and not r.is_system
	union all
	select 6, r.shown, null, 'warning', null, 'invalid text of ' || r.oid
	from relation as r
	where cast($1 as boolean) and r.relkind in ('r', 'm') and r.amname = 'heap' and r.is_whole and not r.is_system
		and exists (select from pg_catalog.pg_attribute as a where a.attrelid = r.oid and a.attnum > 0
			and not a.attisdropped and a.atttypid in ('pg_catalog.text'::pg_catalog.regtype, 'pg_catalog.varchar'::pg_catalog.regtype,
				'pg_catalog.bpchar'::pg_catalog.regtype, 'pg_catalog.json'::pg_catalog.regtype, 'pg_catalog.xml'::pg_catalog.regtype))
	union all
	select 7, 'amcheck', 'the extension amcheck is not installed: the structure of tables and indexes was not checked',
		'unknown', {create_extension:amcheck}, null
	where not exists (select from installed)
	union all
	select 7, 'amcheck', pg_catalog.format('EXECUTE on its function %s is needed', t.proname),
		'unknown', null, null
	from tester as t
	where not t.allowed
)
select f.object, f.problem, f.severity, f.fix_sql, f.probe
from finding as f
order by f.place, f.object, f.problem
