-- columns: statement, table_name, mode
-- The statements by which what dbcare keeps of tables follows their new names, and
-- the renamed tables with their mode.  The trigger of a table has the name as of the
-- last dbarchive_enable().  Names may have been exchanged: each statement is about
-- all of them, and where names are unique, they get a mark first.  Rows that were
-- deleted since a table was renamed have the new name already.
with renamed as (
	select pg_catalog.convert_from(pg_catalog.substring(t.tgargs, 1, greatest(pg_catalog.octet_length(t.tgargs) - 1, 0)), pg_catalog.getdatabaseencoding()) as was,
		pg_catalog.format('%I.%I', n.nspname, c.relname) as now, c.oid as relid
	from pg_catalog.pg_extension as x
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = x.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid and p.proname = 'dbarchive_capture'
	join pg_catalog.pg_trigger as t on t.tgfoid = p.oid and t.tgname = 'dbcare_trash' and t.tgnargs = 1
		and coalesce(pg_catalog.to_jsonb(t) ->> 'tgparentid', '0') = '0'
	join pg_catalog.pg_class as c on c.oid = t.tgrelid
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where x.extname = 'dbcare'
), moved as (
	select * from renamed where was <> now
), names (list, new_names, marks, known) as (
	select pg_catalog.string_agg(pg_catalog.quote_literal(was), ', ' order by was),
		pg_catalog.string_agg(pg_catalog.format('when %L then %L', was, now), ' ' order by was),
		pg_catalog.string_agg(pg_catalog.format('when %L then %L', was, ' ' || now), ' ' order by was),
		pg_catalog.string_agg(pg_catalog.format('(%s, %L)', relid, now), ', ' order by was)
	from moved
	having pg_catalog.count(*) > 0
), kept (number, name, col, same, relid) as (
	values (1, 'archived_table', 'table_name', '', null), (2, 'policy', 'table_name', ' and o.name = t.name', null),
		(3, 'hold', 'table_name', null, null), (4, 'left_file', 'table_name', null, null),
		(5, 'trash', 'table_name', null, 'relid'), (6, 'trash', 'root', null, 'root_relid')
), lines as (
	select k.number, 1 as part, case when k.same is null
		then pg_catalog.format('update dbcare.%1$I set %2$I = case %2$I %3$s end where %2$I in (%4$s)', k.name, k.col, n.new_names, n.list)
			|| case when k.relid is null then '' else pg_catalog.format(' and (coalesce(%I, 0), %I) not in (%s)', k.relid, k.col, n.known) end
		-- unless there is one of this name
		else pg_catalog.format('update dbcare.%1$I as t set %2$I = case %2$I %5$s end where %2$I in (%4$s) and not exists (select from dbcare.%1$I as o where o.%2$I = case t.%2$I %3$s end and o.%2$I not in (%4$s)%6$s)',
			k.name, k.col, n.new_names, n.list, n.marks, k.same) end as statement, null as table_name, null as mode
	from names as n
	cross join kept as k
	union all
	select k.number, 2, pg_catalog.format('update dbcare.%1$I set %2$I = pg_catalog.substr(%2$I, 2) where %2$I like '' %%''', k.name, k.col), null, null
	from names as n
	cross join kept as k
	where k.same is not null
	union all
	select 7, 1, null, m.now, (select a.mode from dbcare.archived_table as a where a.table_name = m.was)
	from moved as m
)
select statement, table_name, mode from lines order by number, part, table_name
