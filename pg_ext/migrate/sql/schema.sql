-- columns: type, name, parent, position, definition, details, depends_on, class, oid, subid
-- Schemas, extensions, relations and their parts, object by object;
-- with details for dbmigrate_diff() if $1, and with the address each object has
-- in the catalog.  Definitions are the server's own deparsed SQL, with every
-- name qualified because the search_path holds the catalog only.  Left out:
-- members of extensions, constraints, indexes and triggers that a parent table
-- hands down (a restore may name and validate them otherwise), invalid indexes
-- (pg_dump leaves them out, too), dbcare's triggers, owners, privileges, comments
-- and tablespaces.
-- The comments marked "tracked" become conditions that limit the query to the
-- objects $2 for a test.
with member as (
	select d.classid, d.objid
	from pg_catalog.pg_depend as d
	where d.deptype = 'e' /* tracked: and d.objid = any (cast($2 as pg_catalog.oid[]))
		and d.classid in ('pg_catalog.pg_class'::pg_catalog.regclass,
			'pg_catalog.pg_namespace'::pg_catalog.regclass) */
), space as (
	select n.oid, n.nspname, pg_catalog.quote_ident(n.nspname) as name
	from pg_catalog.pg_namespace as n
	where {user_schema:n}
), relation as materialized (
	select c.oid, c.relname, c.relkind, c.relpersistence, c.relam, c.reloftype, c.relreplident,
		c.relrowsecurity, c.relforcerowsecurity, c.relispartition, c.relpartbound,
		n.name as space, n.name || '.' || pg_catalog.quote_ident(c.relname) as name,
		(select pg_catalog.array_agg(o.option order by o.option collate "C")
			from pg_catalog.unnest(c.reloptions) as o (option)) as option_list
	from pg_catalog.pg_class as c
	join space as n on n.oid = c.relnamespace
	where c.oid not in (select m.objid from member as m
			where m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
		/* tracked: and c.oid = any (cast($2 as pg_catalog.oid[])) */
), collation_name as (
	select co.oid, pg_catalog.format('COLLATE %I.%I', n.nspname, co.collname) as text
	from pg_catalog.pg_collation as co
	join pg_catalog.pg_namespace as n on n.oid = co.collnamespace
), sequence_options as (
	-- defaults of the sequence's type are left out unless every
	select s.seqrelid, d.deptype, d.refobjid as owner, d.refobjsubid as owner_column,
		pg_catalog.concat_ws(' ',
			'AS ' || pg_catalog.format_type(nullif(s.seqtypid, 'bigint'::pg_catalog.regtype), null),
			'INCREMENT BY ' || nullif(s.seqincrement, 1),
			'MINVALUE ' || nullif(s.seqmin, o.least),
			'MAXVALUE ' || nullif(s.seqmax, o.greatest),
			'START WITH ' || nullif(s.seqstart, case when s.seqincrement > 0 then s.seqmin else s.seqmax end),
			'CACHE ' || nullif(s.seqcache, 1),
			case when s.seqcycle then 'CYCLE' end) as text,
		pg_catalog.format('INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %s',
			s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
			case when s.seqcycle then 'CYCLE' else 'NO CYCLE' end) as every,
		pg_catalog.format_type(s.seqtypid, null) as type
	from pg_catalog.pg_sequence as s
	left join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
		and d.objid = s.seqrelid and d.objsubid = 0 and d.refclassid = d.classid and d.refobjsubid > 0
		and d.deptype in ('a', 'i')
	left join pg_catalog.pg_attribute as i on d.deptype = 'i' and i.attrelid = d.refobjid and i.attnum = d.refobjsubid
	cross join lateral (
		select case when s.seqincrement > 0 then 1 else t.least end,
			case when s.seqincrement > 0 then t.greatest else -1 end
		from (values ('smallint'::pg_catalog.regtype, -32768, 32767),
			('integer', -2147483648, 2147483647),
			('bigint', -9223372036854775808, 9223372036854775807)) as t (type, least, greatest)
		-- LIKE gives the copy of an identity column the bounds of its type alone
		where t.type = coalesce(i.atttypid, s.seqtypid)) as o (least, greatest)
	/* tracked: where s.seqrelid = any (cast($2 as pg_catalog.oid[])) */
), parents as (
	select i.inhrelid,
		pg_catalog.array_agg(cast(cast(i.inhparent as pg_catalog.regclass) as text) order by i.inhseqno) as names
	from pg_catalog.pg_inherits as i
	join relation as r on r.oid = i.inhrelid and r.relkind in ('r', 'p', 'f')
	group by i.inhrelid
), index_definition as not materialized (
	-- pg_dump joins the indexes of partitions one by one, hence its ON ONLY
	select i.indexrelid, i.indrelid, i.indisvalid, x.relname, x.relispartition,
		case when i.indisunique then 'UNIQUE ' else '' end || pg_catalog.regexp_replace(
			pg_catalog.substr(pg_catalog.pg_get_indexdef(x.oid), pg_catalog.length(pg_catalog.quote_ident(x.relname))
				+ case when i.indisunique then 22 else 15 end), '^ON ONLY ', 'ON ') as definition
	from pg_catalog.pg_index as i
	join pg_catalog.pg_class as x on x.oid = i.indexrelid
), tables as (
	select case r.relkind when 'f' then 'foreign table' else 'table' end as object_type,
		r.name as object, cast(null as text) as parent, 0 as position,
		pg_catalog.concat_ws(' ',
			p.persistence,
			'OF ' || p.row_type,
			case when r.relispartition then 'PARTITION OF ' || p.names[1]
				else 'INHERITS (' || pg_catalog.array_to_string(p.names, ', ') || ')' end,
			p.bound,
			'PARTITION BY ' || p.partition_key,
			'USING ' || p.access_method,
			'SERVER ' || p.server,
			'OPTIONS (' || pg_catalog.array_to_string(p.settings, ', ') || ')',
			'WITH (' || pg_catalog.array_to_string(r.option_list, ', ') || ')',
			case when r.relrowsecurity then 'ENABLE ROW LEVEL SECURITY' end,
			case when r.relforcerowsecurity then 'FORCE ROW LEVEL SECURITY' end,
			'REPLICA IDENTITY ' || p.replica_identity) as definition,
		case when $1 then pg_catalog.jsonb_build_object('persistence', p.persistence, 'of', p.row_type,
			'parents', p.names, 'partition', r.relispartition, 'bound', p.bound, 'partition_by', p.partition_key,
			'using', p.access_method, 'server', p.server, 'settings', p.settings, 'with', r.option_list,
			'row_security', r.relrowsecurity, 'force_row_security', r.relforcerowsecurity,
			'replica_identity', p.replica_identity, 'left', l.labels, 'left_definitions', l.definitions)
			end as details,
		'pg_catalog.pg_class'::pg_catalog.regclass as class, r.oid, 0 as subid
	from relation as r
	cross join lateral (
		select case r.relpersistence when 'u' then 'UNLOGGED' end as persistence,
			pg_catalog.format_type(nullif(r.reloftype, 0), null) as row_type,
			(select p.names from parents as p where p.inhrelid = r.oid) as names,
			pg_catalog.pg_get_expr(r.relpartbound, r.oid) as bound,
			case when r.relkind = 'p' then pg_catalog.pg_get_partkeydef(r.oid) end as partition_key,
			(select pg_catalog.quote_ident(am.amname) from pg_catalog.pg_am as am
				where am.oid = r.relam and am.amname <> 'heap') as access_method,
			f.server, f.settings,
			case when r.relkind in ('r', 'p') then case r.relreplident
				when 'f' then 'FULL'
				when 'n' then 'NOTHING'
				when 'i' then (select 'USING INDEX ' || pg_catalog.quote_ident(x.relname)
					from pg_catalog.pg_index as i
					join pg_catalog.pg_class as x on x.oid = i.indexrelid
					where i.indrelid = r.oid and i.indisreplident) end end as replica_identity
		from (select) as one
		left join lateral (
			select pg_catalog.quote_ident(s.srvname) as server,
				(select pg_catalog.array_agg(pg_catalog.format('%I %L', o.option_name, o.option_value)
						order by o.option_name collate "C")
					from pg_catalog.pg_options_to_table(t.ftoptions) as o) as settings
			from pg_catalog.pg_foreign_table as t
			join pg_catalog.pg_foreign_server as s on s.oid = t.ftserver
			where t.ftrelid = r.oid) as f on true) as p
	-- constraints and indexes that a table keeps when it leaves its parents
	left join lateral (
		select pg_catalog.array_agg(k.label order by k.label collate "C"),
			pg_catalog.array_agg(k.definition order by k.label collate "C")
		from (
			select pg_catalog.format('constraint %s.%I', r.name, con.conname),
				pg_catalog.pg_get_constraintdef(con.oid)
			from pg_catalog.pg_constraint as con
			where con.conrelid = r.oid and con.contype in ('c', 'f', 'p', 'u', 'x')
				and (con.conparentid <> 0 or con.coninhcount > 0)
			union all
			select pg_catalog.format('index %s.%I', r.space, d.relname), d.definition
			from index_definition as d
			where d.indrelid = r.oid and d.relispartition
				and d.indexrelid not in (select con.conindid from pg_catalog.pg_constraint as con
					where con.conrelid = r.oid)) as k (label, definition)
		where $1 and p.names is not null) as l (labels, definitions) on true
	where r.relkind in ('r', 'p', 'f')
), columns as (
	select 'column', r.name || '.' || pg_catalog.quote_ident(a.attname), r.name,
		pg_catalog.row_number() over (partition by a.attrelid order by a.attnum),
		pg_catalog.concat_ws(' ', p.type, p.collation,
			case when a.attnotnull then 'NOT NULL' end,
			case when n.connoinherit then 'NO INHERIT' end,
			case when not n.convalidated then 'NOT VALID' end,
			p.identity,
			case when a.attgenerated = '' then 'DEFAULT ' || p.expression
				else 'GENERATED ALWAYS AS (' || p.expression || ') '
					|| case a.attgenerated when 's' then 'STORED' else 'VIRTUAL' end end,
			'STORAGE ' || p.storage, 'STATISTICS ' || p.target, p.options,
			'OPTIONS (' || pg_catalog.array_to_string(p.settings, ', ') || ')'),
		case when $1 then pg_catalog.jsonb_build_object('type', p.type, 'collation', p.collation,
			'base', pg_catalog.format_type(a.atttypid, null), 'not_null', a.attnotnull,
			'not_valid', case when not n.convalidated then pg_catalog.quote_ident(n.conname) end,
			'no_inherit', nullif(n.connoinherit, false), 'identity', p.identity, 'identity_options', case when p.identity is not null then (
				select pg_catalog.regexp_replace(s.every, '(INCREMENT|MINVALUE|MAXVALUE|START|CACHE|NO CYCLE|CYCLE)',
					'SET \1', 'g')
				from sequence_options as s
				where s.owner = a.attrelid and s.owner_column = a.attnum and s.deptype = 'i') end,
			'identity_sequence', case when p.identity is not null then (
				select cast(cast(s.seqrelid as pg_catalog.regclass) as text)
				from sequence_options as s
				where s.owner = a.attrelid and s.owner_column = a.attnum and s.deptype = 'i') end,
			'default', case when a.attgenerated = '' then p.expression end,
			'generated', case a.attgenerated when 's' then '(' || p.expression || ') STORED'
				when 'v' then '(' || p.expression || ') VIRTUAL' end,
			'storage', p.storage, 'default_storage', case t.typstorage when 'p' then 'PLAIN'
				when 'e' then 'EXTERNAL' when 'm' then 'MAIN' else 'EXTENDED' end,
			'statistics', p.target, 'options', p.options, 'settings', p.settings,
			'local', a.attislocal) end,
		'pg_catalog.pg_class'::pg_catalog.regclass, a.attrelid, cast(a.attnum as integer)
	from relation as r
	join pg_catalog.pg_attribute as a on a.attrelid = r.oid
	join pg_catalog.pg_type as t on t.oid = a.atttypid
	left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum and a.atthasdef
	-- from 18 on
	left join pg_catalog.pg_constraint as n on n.conrelid = a.attrelid and n.contype = 'n' and n.conkey[1] = a.attnum
		and (n.connoinherit or not n.convalidated)
	cross join lateral (
		select pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
			case when a.attcollation <> t.typcollation then
				(select co.text from collation_name as co where co.oid = a.attcollation) end as collation,
			case when a.attidentity <> '' then (select pg_catalog.format('GENERATED %s AS IDENTITY%s',
					case a.attidentity when 'a' then 'ALWAYS' else 'BY DEFAULT' end, ' (' || nullif(
					pg_catalog.regexp_replace(s.text, '^AS [a-z]+ ?', ''), '') || ')')
				from sequence_options as s
				where s.owner = a.attrelid and s.owner_column = a.attnum and s.deptype = 'i') end as identity,
			pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression,
			case when a.attstorage <> t.typstorage then case a.attstorage when 'p' then 'PLAIN'
				when 'e' then 'EXTERNAL' when 'm' then 'MAIN' else 'EXTENDED' end end as storage,
			nullif(a.attstattarget, -1) as target,
			case when a.attoptions is not null then (
				select '(' || pg_catalog.string_agg(o.option, ', ' order by o.option collate "C") || ')'
				from pg_catalog.unnest(a.attoptions) as o (option)
				where pg_catalog.starts_with(o.option, 'n_distinct')) end as options,
			case when a.attfdwoptions is not null then (
				select pg_catalog.array_agg(pg_catalog.format('%I %L', o.option_name, o.option_value)
					order by o.option_name collate "C")
				from pg_catalog.pg_options_to_table(a.attfdwoptions) as o) end as settings) as p
	where r.relkind in ('r', 'p', 'f') and a.attnum > 0 and not a.attisdropped
), sequences as (
	select 'sequence', r.name, cast(null as text), 0,
		pg_catalog.concat_ws(' ', case r.relpersistence when 'u' then 'UNLOGGED' end,
			nullif(s.text, ''), 'OWNED BY ' || o.owner),
		case when $1 then pg_catalog.jsonb_build_object(
			'persistence', case r.relpersistence when 'u' then 'UNLOGGED' end,
			'create', s.text, 'options', 'AS ' || s.type || ' ' || s.every, 'owned_by', o.owner) end,
		'pg_catalog.pg_class'::pg_catalog.regclass, r.oid, 0
	from relation as r
	join sequence_options as s on s.seqrelid = r.oid and s.deptype is distinct from 'i'
	cross join lateral (
		select (select cast(cast(s.owner as pg_catalog.regclass) as text) || '.' || pg_catalog.quote_ident(a.attname)
			from pg_catalog.pg_attribute as a
			where a.attrelid = s.owner and a.attnum = s.owner_column)) as o (owner)
), views as (
	select case r.relkind when 'v' then 'view' else 'materialized view' end, r.name, cast(null as text), 0,
		pg_catalog.concat_ws(' ', 'USING ' || pg_catalog.quote_ident(nullif(am.amname, 'heap')), 'WITH (' || pg_catalog.array_to_string(r.option_list, ', ') || ')',
			'AS' || pg_catalog.rtrim(pg_catalog.pg_get_viewdef(r.oid), ';')),
		case when $1 then pg_catalog.jsonb_build_object('columns', (
			select pg_catalog.jsonb_agg(pg_catalog.concat_ws(' ', pg_catalog.quote_ident(a.attname),
				pg_catalog.format_type(a.atttypid, a.atttypmod), co.text) order by a.attnum)
			from pg_catalog.pg_attribute as a
			left join collation_name as co on co.oid = a.attcollation
			where a.attrelid = r.oid and a.attnum > 0)) end,
		'pg_catalog.pg_class'::pg_catalog.regclass, r.oid, 0
	from relation as r
	left join pg_catalog.pg_am as am on am.oid = r.relam
	where r.relkind in ('v', 'm')
), indexes as (
	select 'index', x.name, r.name, 0, i.definition, cast(null as pg_catalog.jsonb),
		'pg_catalog.pg_class'::pg_catalog.regclass, x.oid, 0
	from relation as x
	join index_definition as i on i.indexrelid = x.oid
	join relation as r on r.oid = i.indrelid
	where (i.indisvalid or x.relkind = 'I') and not x.relispartition
		and x.oid not in (select con.conindid from pg_catalog.pg_constraint as con
			where con.contype in ('p', 'u', 'x')
				/* tracked: and con.conrelid = any (cast($2 as pg_catalog.oid[])) */)
), constraints as (
	select 'constraint', r.name || '.' || pg_catalog.quote_ident(con.conname), r.name, 0,
		pg_catalog.pg_get_constraintdef(con.oid),
		case when $1 then pg_catalog.jsonb_build_object('kind', con.contype,
			'index', case when con.contype in ('p', 'u', 'x') then
				r.space || '.' || pg_catalog.quote_ident(con.conname) end,
			'references', cast(cast(nullif(con.confrelid, 0) as pg_catalog.regclass) as text)) end,
		'pg_catalog.pg_constraint'::pg_catalog.regclass, con.oid, 0
	from relation as r
	join pg_catalog.pg_constraint as con on con.conrelid = r.oid
	where con.contype in ('c', 'f', 'p', 'u', 'x') and con.conparentid = 0 and con.coninhcount = 0
), triggers as (
	select 'trigger', r.name || '.' || t.name, r.name, 0,
		pg_catalog.concat_ws(' ', p.clause, p.state),
		case when $1 then pg_catalog.jsonb_build_object('clause', p.clause, 'state', p.state) end,
		'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, 0
	from relation as r
	join (select *, pg_catalog.quote_ident(tgname) as name from pg_catalog.pg_trigger) as t on t.tgrelid = r.oid
	cross join lateral (
		select case when t.tgconstraint <> 0 then 'CONSTRAINT ' else '' end
				|| pg_catalog.substr(pg_catalog.pg_get_triggerdef(t.oid), pg_catalog.length(t.name)
				+ case when t.tgconstraint <> 0 then 28 else 17 end) as clause,
			case t.tgenabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA'
				when 'A' then 'ENABLE ALWAYS' end as state) as p
	where not t.tgisinternal and t.tgparentid = 0
		and not (t.tgname ~ '^dbcare_' and exists (select from pg_catalog.pg_depend as d
			where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = t.tgfoid and d.deptype = 'e'))
), rules as (
	select 'rule', r.name || '.' || w.name, r.name, 0,
		pg_catalog.concat_ws(' ', p.clause, p.state),
		case when $1 then pg_catalog.jsonb_build_object('clause', p.clause, 'state', p.state) end,
		'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid, 0
	from relation as r
	join (select *, pg_catalog.quote_ident(rulename) as name from pg_catalog.pg_rewrite) as w on w.ev_class = r.oid
	cross join lateral (
		select pg_catalog.substr(pg_catalog.rtrim(pg_catalog.pg_get_ruledef(w.oid), ';'),
				pg_catalog.length(w.name) + 14) as clause,
			case w.ev_enabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA'
				when 'A' then 'ENABLE ALWAYS' end as state) as p
	where w.rulename <> '_RETURN'
), policies as (
	select 'policy', r.name || '.' || pg_catalog.quote_ident(p.polname), r.name, 0,
		pg_catalog.concat_ws(' ',
			case when p.polpermissive then 'AS PERMISSIVE' else 'AS RESTRICTIVE' end,
			'FOR ' || case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE'
				when 'd' then 'DELETE' else 'ALL' end,
			'TO ' || coalesce((select pg_catalog.string_agg(pg_catalog.quote_ident(a.rolname), ', '
					order by a.rolname)
				from pg_catalog.pg_roles as a
				where a.oid = any (p.polroles)), 'PUBLIC'),
			'USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')',
			'WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')'),
		cast(null as pg_catalog.jsonb),
		'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, 0
	from relation as r
	join pg_catalog.pg_policy as p on p.polrelid = r.oid
), statistics as (
	select 'statistics', s.name, r.name, 0,
		pg_catalog.substr(pg_catalog.pg_get_statisticsobjdef(s.oid), pg_catalog.length(s.name) + 20),
		cast(null as pg_catalog.jsonb),
		'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, 0
	from (select s.oid, s.stxrelid, n.name || '.' || pg_catalog.quote_ident(s.stxname) as name
		from pg_catalog.pg_statistic_ext as s
		join space as n on n.oid = s.stxnamespace
		/* tracked: where s.stxrelid = any (cast($2 as pg_catalog.oid[])) */) as s
	join relation as r on r.oid = s.stxrelid
), schemas as (
	select 'schema', n.name, cast(null as text), 0, '', cast(null as pg_catalog.jsonb),
		'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, 0
	from space as n
	where n.nspname <> 'public' and n.oid not in (select m.objid from member as m
			where m.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)
		-- that of dbcare, like dbcare itself, unless there is more in it
		and (not exists (select from pg_catalog.pg_extension as e where e.extname = 'dbcare' and e.extnamespace = n.oid)
			or exists (select from relation as r where r.space = n.name)
			or exists (select from pg_catalog.pg_proc as p
				where p.pronamespace = n.oid and not exists (select from pg_catalog.pg_depend as d
					where d.deptype = 'e' and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid))
			or exists (select from pg_catalog.pg_type as t where t.typnamespace = n.oid))
		/* tracked: and n.oid = any (cast($2 as pg_catalog.oid[])) */
), extensions as (
	select 'extension', pg_catalog.quote_ident(e.extname), cast(null as text), 0,
		'SCHEMA ' || pg_catalog.quote_ident(n.nspname), cast(null as pg_catalog.jsonb),
		'pg_catalog.pg_extension'::pg_catalog.regclass, e.oid, 0
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
	where e.extname <> 'dbcare' /* tracked: and e.oid = any (cast($2 as pg_catalog.oid[])) */
)
-- x IN ('a', 'b') of a varchar column is deparsed as (ARRAY[...])::text[], which,
-- parsed again, is deparsed as casts of the elements
select o.object_type as type, o.object as name, o.parent, o.position,
	case when pg_catalog.strpos(o.definition, 'ARRAY[') = 0 then o.definition
		else pg_catalog.regexp_replace(pg_catalog.regexp_replace(o.definition,
		$re$\(ARRAY\[((?:E?'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]$re$, 'ARRAY[\1]', 'g'),
		$re$\((E?'(?:[^']|'')*'::character varying)\)::text$re$, '\1', 'g') end as definition,
	cast(pg_catalog.jsonb_strip_nulls(o.details) as text) as details, cast(null as text) as depends_on,
	cast(o.class as pg_catalog.int8) as class, cast(o.oid as pg_catalog.int8) as oid, o.subid
from (
	table tables
	union all table columns
	union all table sequences
	union all table constraints
	union all table indexes
	union all table views
	union all table triggers
	union all table rules
	union all table policies
	union all table statistics
	union all table schemas
	union all table extensions
) as o
order by o.class, o.oid, o.subid
