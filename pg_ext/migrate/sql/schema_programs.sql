-- columns: type, name, parent, position, definition, details, depends_on, class, oid, subid
-- All objects that migrate/schema.sql does not list: types, functions, event
-- triggers and rarer kinds.  An empty definition means that dbcare cannot write
-- SQL for the object: it is listed by name only.
with member as (
	-- of an extension or, as the constructors of ranges are, of another object
	select d.classid, d.objid
	from pg_catalog.pg_depend as d
	where d.deptype in ('e', 'i') /* tracked: and d.objid = any (cast($2 as pg_catalog.oid[]))
		and d.classid in ('pg_catalog.pg_type'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass,
			'pg_catalog.pg_event_trigger'::pg_catalog.regclass, 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass,
			'pg_catalog.pg_foreign_server'::pg_catalog.regclass, 'pg_catalog.pg_cast'::pg_catalog.regclass,
			'pg_catalog.pg_operator'::pg_catalog.regclass, 'pg_catalog.pg_ts_dict'::pg_catalog.regclass,
			'pg_catalog.pg_ts_config'::pg_catalog.regclass, 'pg_catalog.pg_collation'::pg_catalog.regclass,
			'pg_catalog.pg_conversion'::pg_catalog.regclass, 'pg_catalog.pg_language'::pg_catalog.regclass,
			'pg_catalog.pg_opclass'::pg_catalog.regclass, 'pg_catalog.pg_publication'::pg_catalog.regclass) */
), space as (
	select n.oid, n.nspname, pg_catalog.quote_ident(n.nspname) as name
	from pg_catalog.pg_namespace as n
	where {user_schema:n}
), collation_name as (
	select co.oid, pg_catalog.format('COLLATE %I.%I', n.nspname, co.collname) as text
	from pg_catalog.pg_collation as co
	join pg_catalog.pg_namespace as n on n.oid = co.collnamespace
), type as materialized (
	select t.*, n.name || '.' || pg_catalog.quote_ident(t.typname) as name
	from pg_catalog.pg_type as t
	join space as n on n.oid = t.typnamespace
	left join pg_catalog.pg_class as c on c.oid = t.typrelid
	where (t.typtype in ('b', 'd', 'e', 'r') or t.typtype = 'c' and c.relkind = 'c')
		and t.oid not in (select m.objid from member as m
			where m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass)
		and not exists (select from pg_catalog.pg_type as e where e.oid = t.typelem and e.typarray = t.oid)
		/* tracked: and t.oid = any (cast($2 as pg_catalog.oid[])) */
), attributes as (
	select t.oid, pg_catalog.array_agg(pg_catalog.concat_ws(' ', pg_catalog.quote_ident(a.attname),
		pg_catalog.format_type(a.atttypid, a.atttypmod),
		case when a.attcollation <> b.typcollation then co.text end) order by a.attnum) as list
	from type as t
	join pg_catalog.pg_attribute as a on a.attrelid = t.typrelid
	join pg_catalog.pg_type as b on b.oid = a.atttypid
	left join collation_name as co on co.oid = a.attcollation
	where t.typtype = 'c' and a.attnum > 0 and not a.attisdropped
	group by t.oid
), labels as (
	select e.enumtypid, pg_catalog.array_agg(pg_catalog.quote_literal(e.enumlabel) order by e.enumsortorder) as list
	from pg_catalog.pg_enum as e
	/* tracked: where e.enumtypid = any (cast($2 as pg_catalog.oid[])) */
	group by e.enumtypid
), types as (
	select case t.typtype when 'd' then 'domain' else 'type' end as object_type, t.name as object,
		cast(null as text) as parent,
		case t.typtype
			when 'c' then 'AS (' || coalesce(pg_catalog.array_to_string(c.list, ', '), '') || ')'
			when 'e' then 'AS ENUM (' || coalesce(pg_catalog.array_to_string(e.list, ', '), '') || ')'
			when 'r' then (select 'AS RANGE (' || pg_catalog.concat_ws(', ',
					'SUBTYPE = ' || pg_catalog.format_type(g.rngsubtype, null),
					pg_catalog.format('SUBTYPE_OPCLASS = %I.%I', n.nspname, oc.opcname),
					pg_catalog.replace(co.text, 'COLLATE ', 'COLLATION = '),
					'CANONICAL = ' || cast(nullif(g.rngcanonical, 0) as pg_catalog.regproc),
					'SUBTYPE_DIFF = ' || cast(nullif(g.rngsubdiff, 0) as pg_catalog.regproc)) || ')'
				from pg_catalog.pg_range as g
				join pg_catalog.pg_type as s on s.oid = g.rngsubtype
				join pg_catalog.pg_opclass as oc on oc.oid = g.rngsubopc
				join pg_catalog.pg_namespace as n on n.oid = oc.opcnamespace
				left join collation_name as co on co.oid = g.rngcollation and g.rngcollation <> s.typcollation
				where g.rngtypid = t.oid)
			when 'd' then pg_catalog.concat_ws(' ',
				'AS ' || pg_catalog.format_type(t.typbasetype, t.typtypmod),
				case when t.typcollation <> b.typcollation then co.text end,
				'DEFAULT ' || t.typdefault,
				case when t.typnotnull then 'NOT NULL' end)
			else pg_catalog.concat_ws(' ', 'BASE', t.typlen, t.typalign, t.typstorage, t.typinput, t.typoutput)
		end as definition,
		pg_catalog.jsonb_build_object('kind', t.typtype, 'attributes', c.list, 'labels', e.list,
			'base', nullif(pg_catalog.concat_ws(' ', pg_catalog.format_type(nullif(t.typbasetype, 0), t.typtypmod),
				co.text), ''),
			'default', case t.typtype when 'd' then t.typdefault end, 'not_null', t.typnotnull) as details,
		'pg_catalog.pg_type'::pg_catalog.regclass as class, t.oid
	from type as t
	left join pg_catalog.pg_type as b on b.oid = t.typbasetype
	left join collation_name as co on co.oid = t.typcollation and t.typcollation <> b.typcollation
	left join attributes as c on c.oid = t.oid
	left join labels as e on e.enumtypid = t.oid
), domain_constraints as (
	select 'constraint', t.name || '.' || pg_catalog.quote_ident(con.conname), t.name,
		pg_catalog.pg_get_constraintdef(con.oid),
		pg_catalog.jsonb_build_object('kind', 'd'),
		'pg_catalog.pg_constraint'::pg_catalog.regclass, con.oid
	from type as t
	join pg_catalog.pg_constraint as con on con.contypid = t.oid
	where con.contype = 'c'
), routine as (
	select p.*, n.name || '.' || pg_catalog.quote_ident(p.proname) as name
	from pg_catalog.pg_proc as p
	join space as n on n.oid = p.pronamespace
	where p.oid not in (select m.objid from member as m
			where m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
		/* tracked: and p.oid = any (cast($2 as pg_catalog.oid[])) */
), functions as (
	select k.kind, pg_catalog.format('%s(%s)', p.name, pg_catalog.oidvectortypes(p.proargtypes)), cast(null as text),
		pg_catalog.rtrim(pg_catalog.substr(pg_catalog.pg_get_functiondef(p.oid),
			pg_catalog.length('CREATE OR REPLACE ' || k.kind || ' ' || p.name) + 1), e'\n'),
		pg_catalog.jsonb_build_object('name', p.name,
			'result', pg_catalog.pg_get_function_result(p.oid), 'defaults', p.pronargdefaults,
			'arguments', pg_catalog.pg_get_function_identity_arguments(p.oid)),
		'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid
	from routine as p
	cross join lateral (select case p.prokind when 'p' then 'procedure' else 'function' end) as k (kind)
	where p.prokind <> 'a'
), aggregates as (
	select 'aggregate', pg_catalog.format('%s(%s)', p.name,
			coalesce(nullif(pg_catalog.pg_get_function_identity_arguments(p.oid), ''), '*')), cast(null as text),
		'(' || pg_catalog.concat_ws(', ',
			'SFUNC = ' || a.aggtransfn, 'STYPE = ' || pg_catalog.format_type(a.aggtranstype, null),
			'SSPACE = ' || nullif(a.aggtransspace, 0),
			'FINALFUNC = ' || cast(nullif(a.aggfinalfn, 0) as pg_catalog.regproc), case when a.aggfinalextra then 'FINALFUNC_EXTRA' end,
			'FINALFUNC_MODIFY = ' || f.modify,
			'COMBINEFUNC = ' || cast(nullif(a.aggcombinefn, 0) as pg_catalog.regproc),
			'SERIALFUNC = ' || cast(nullif(a.aggserialfn, 0) as pg_catalog.regproc), 'DESERIALFUNC = ' || cast(nullif(a.aggdeserialfn, 0) as pg_catalog.regproc),
			'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
			'MSFUNC = ' || cast(nullif(a.aggmtransfn, 0) as pg_catalog.regproc), 'MINVFUNC = ' || cast(nullif(a.aggminvtransfn, 0) as pg_catalog.regproc),
			'MSTYPE = ' || pg_catalog.format_type(nullif(a.aggmtranstype, 0), null),
			'MSSPACE = ' || nullif(a.aggmtransspace, 0),
			'MFINALFUNC = ' || cast(nullif(a.aggmfinalfn, 0) as pg_catalog.regproc), case when a.aggmfinalextra then 'MFINALFUNC_EXTRA' end,
			'MFINALFUNC_MODIFY = ' || case when a.aggmfinalfn <> 0 then f.mmodify end,
			'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
			'SORTOP = ' || o.name, 'PARALLEL = ' || case p.proparallel when 's' then 'SAFE' when 'r' then 'RESTRICTED' end,
			case a.aggkind when 'h' then 'HYPOTHETICAL' end) || ')',
		cast(null as pg_catalog.jsonb),
		'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid
	from routine as p
	join pg_catalog.pg_aggregate as a on a.aggfnoid = p.oid
	-- defaults are left out
	cross join lateral (
		select case when (a.aggkind = 'n') <> (a.aggfinalmodify = 'r') then m.word[1] end,
			case when (a.aggkind = 'n') <> (a.aggmfinalmodify = 'r') then m.word[2] end
		from (select array[case a.aggfinalmodify when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE' else 'READ_WRITE' end,
			case a.aggmfinalmodify when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE' else 'READ_WRITE' end]) as m (word)
	) as f (modify, mmodify)
	left join lateral (
		select pg_catalog.format('OPERATOR(%I.%s)', n.nspname, op.oprname)
		from pg_catalog.pg_operator as op
		join pg_catalog.pg_namespace as n on n.oid = op.oprnamespace
		where op.oid = a.aggsortop) as o (name) on true
), event_triggers as (
	select 'event trigger', pg_catalog.quote_ident(e.evtname), cast(null as text),
		pg_catalog.concat_ws(' ', c.clause, c.state),
		pg_catalog.jsonb_build_object('clause', c.clause, 'state', c.state),
		'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid
	from pg_catalog.pg_event_trigger as e
	cross join lateral (
		select pg_catalog.concat_ws(' ', 'ON ' || e.evtevent,
				(select 'WHEN TAG IN (' || pg_catalog.string_agg(pg_catalog.quote_literal(g.tag), ', '
						order by g.tag collate "C") || ')'
					from pg_catalog.unnest(e.evttags) as g (tag)),
				'EXECUTE FUNCTION ' || cast(e.evtfoid as pg_catalog.regproc) || '()') as clause,
			case e.evtenabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA'
				when 'A' then 'ENABLE ALWAYS' end as state) as c
	where e.oid not in (select m.objid from member as m
		where m.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass)
		-- those of dbmigrate_watch()
		and e.evtname not in ('dbcare_watch', 'dbcare_watch_drop', 'dbcare_audit', 'dbcare_audit_drop')
		/* tracked: and e.oid = any (cast($2 as pg_catalog.oid[])) */
), foreign_wrappers as (
	select w.tableoid, w.oid, pg_catalog.concat_ws(' ', p.rest, 'OPTIONS (' || pg_catalog.array_to_string(p.settings, ', ')
			|| ')') as definition,
		pg_catalog.jsonb_build_object('rest', p.rest, 'settings', p.settings) as details
	from pg_catalog.pg_foreign_data_wrapper as w
	cross join lateral (
		select pg_catalog.concat_ws(' ', 'HANDLER ' || cast(nullif(w.fdwhandler, 0) as pg_catalog.regproc),
				'VALIDATOR ' || cast(nullif(w.fdwvalidator, 0) as pg_catalog.regproc)),
			(select pg_catalog.array_agg(pg_catalog.format('%I %L', o.option_name, o.option_value)
					order by o.option_name collate "C")
				from pg_catalog.pg_options_to_table(w.fdwoptions) as o)) as p (rest, settings)
), foreign_servers as (
	select s.tableoid, s.oid, pg_catalog.concat_ws(' ', p.rest, 'OPTIONS (' || pg_catalog.array_to_string(p.settings, ', ')
			|| ')'),
		pg_catalog.jsonb_build_object('rest', p.rest, 'settings', p.settings)
	from pg_catalog.pg_foreign_server as s
	join pg_catalog.pg_foreign_data_wrapper as w on w.oid = s.srvfdw
	cross join lateral (
		select pg_catalog.concat_ws(' ', 'TYPE ' || pg_catalog.quote_literal(s.srvtype),
				'VERSION ' || pg_catalog.quote_literal(s.srvversion),
				'FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname)),
			(select pg_catalog.array_agg(pg_catalog.format('%I %L', o.option_name, o.option_value)
					order by o.option_name collate "C")
				from pg_catalog.pg_options_to_table(s.srvoptions) as o)) as p (rest, settings)
), casts as (
	select c.tableoid, c.oid, pg_catalog.concat_ws(' ',
		case c.castmethod when 'f' then 'WITH FUNCTION ' || cast(c.castfunc as pg_catalog.regprocedure)
			when 'i' then 'WITH INOUT' else 'WITHOUT FUNCTION' end,
		case c.castcontext when 'a' then 'AS ASSIGNMENT' when 'i' then 'AS IMPLICIT' end), cast(null as pg_catalog.jsonb)
	from pg_catalog.pg_cast as c
	where c.oid >= 16384
), operators as (
	select o.tableoid, o.oid, '(' || pg_catalog.concat_ws(', ', 'FUNCTION = ' || o.oprcode,
		'LEFTARG = ' || pg_catalog.format_type(nullif(o.oprleft, 0), null),
		'RIGHTARG = ' || pg_catalog.format_type(nullif(o.oprright, 0), null),
		(select pg_catalog.format('COMMUTATOR = OPERATOR(%I.%s)', n.nspname, c.oprname)
			from pg_catalog.pg_operator as c
			join pg_catalog.pg_namespace as n on n.oid = c.oprnamespace
			where c.oid = o.oprcom),
		(select pg_catalog.format('NEGATOR = OPERATOR(%I.%s)', n.nspname, c.oprname)
			from pg_catalog.pg_operator as c
			join pg_catalog.pg_namespace as n on n.oid = c.oprnamespace
			where c.oid = o.oprnegate),
		'RESTRICT = ' || cast(nullif(o.oprrest, 0) as pg_catalog.regproc), 'JOIN = ' || cast(nullif(o.oprjoin, 0) as pg_catalog.regproc),
		case when o.oprcanhash then 'HASHES' end, case when o.oprcanmerge then 'MERGES' end) || ')', cast(null as pg_catalog.jsonb)
	from pg_catalog.pg_operator as o
	where o.oid >= 16384 and o.oprcode <> 0
), dictionaries as (
	select d.tableoid, d.oid, pg_catalog.format('(TEMPLATE = %I.%I%s)', n.nspname, t.tmplname,
		', ' || d.dictinitoption), cast(null as pg_catalog.jsonb)
	from pg_catalog.pg_ts_dict as d
	join pg_catalog.pg_ts_template as t on t.oid = d.dicttemplate
	join pg_catalog.pg_namespace as n on n.oid = t.tmplnamespace
	where d.oid >= 16384
), configurations as (
	select c.tableoid, c.oid, pg_catalog.format('(PARSER = %I.%I)', n.nspname, p.prsname) || coalesce((
		select pg_catalog.string_agg(pg_catalog.format(' MAPPING FOR %I WITH %s', k.alias, k.dictionaries), ''
			order by k.alias collate "C")
		from (
			select t.alias, pg_catalog.string_agg(cast(cast(m.mapdict as pg_catalog.regdictionary) as text), ', '
				order by m.mapseqno) as dictionaries
			from pg_catalog.pg_ts_config_map as m
			join pg_catalog.ts_token_type(c.cfgparser) as t on t.tokid = m.maptokentype
			where m.mapcfg = c.oid
			group by t.alias) as k), ''), cast(null as pg_catalog.jsonb)
	from pg_catalog.pg_ts_config as c
	join pg_catalog.pg_ts_parser as p on p.oid = c.cfgparser
	join pg_catalog.pg_namespace as n on n.oid = p.prsnamespace
	where c.oid >= 16384
), others as (
	-- the catalog itself has the numbers below 16384
	select i.type, i.identity, cast(null as text), o.definition, o.details,
		cast(o.tableoid as pg_catalog.regclass), o.oid
	from (
		table foreign_wrappers
		union all table foreign_servers
		union all table casts
		union all table operators
		union all table dictionaries
		union all table configurations
		union all select tableoid, oid, '', null from pg_catalog.pg_collation
		union all select tableoid, oid, '', null from pg_catalog.pg_conversion
		union all select tableoid, oid, '', null from pg_catalog.pg_language
		union all select tableoid, oid, '', null from pg_catalog.pg_opclass
		union all select tableoid, oid, '', null from pg_catalog.pg_publication
	) as o
	cross join lateral pg_catalog.pg_identify_object(o.tableoid, o.oid, 0) as i
	where o.oid >= 16384 /* tracked: and o.oid = any (cast($2 as pg_catalog.oid[])) */
		and not exists (select from member as m where m.classid = o.tableoid and m.objid = o.oid)
)
-- see migrate/schema
select o.object_type as type, o.object as name, o.parent, 0 as position,
	case when pg_catalog.strpos(o.definition, 'ARRAY[') = 0 then o.definition
		else pg_catalog.regexp_replace(pg_catalog.regexp_replace(o.definition,
		$re$\(ARRAY\[((?:E?'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]$re$, 'ARRAY[\1]', 'g'),
		$re$\((E?'(?:[^']|'')*'::character varying)\)::text$re$, '\1', 'g') end as definition,
	case when $1 then cast(pg_catalog.jsonb_strip_nulls(o.details) as text) end as details, cast(null as text) as depends_on,
	cast(o.class as pg_catalog.int8) as class, cast(o.oid as pg_catalog.int8) as oid, 0 as subid
from (
	table types
	union all table domain_constraints
	union all table functions
	union all table aggregates
	union all table event_triggers
	union all table others
) as o
order by o.class, o.oid
