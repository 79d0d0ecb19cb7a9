-- columns: statement
-- Statements that drop dbcare's triggers and tables, and their schema unless it
-- contains other objects.
select s.statement
from (select 0 as place, e.evtname as name,
		pg_catalog.format('drop event trigger %I', e.evtname) as statement
	from pg_catalog.pg_event_trigger as e
	where e.evtname in ('dbcare_watch', 'dbcare_watch_drop', 'dbcare_audit', 'dbcare_audit_drop')
	union all
	select 0, t.tgrelid::pg_catalog.regclass::text || t.tgname,
		pg_catalog.format('drop trigger %I on %s', t.tgname, t.tgrelid::pg_catalog.regclass)
	from pg_catalog.pg_extension as x
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = x.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_trigger as t on t.tgfoid = d.objid
	where x.extname = 'dbcare' and not t.tgisinternal and t.tgparentid = 0
	union all
	-- all at once, since policies of some read others
	select 1, '',
		'drop table ' || pg_catalog.string_agg(pg_catalog.format('%I.%I', n.nspname, c.relname), ', ' order by c.relname)
	from pg_catalog.pg_namespace as n
	join pg_catalog.pg_class as c on c.relnamespace = n.oid
	where n.nspname = 'dbcare' and c.relkind = 'r'
		and c.relname in ({own_tables})
	having pg_catalog.count(*) > 0
	union all
	select 2, '', 'drop schema dbcare'
	where not exists (select from pg_catalog.pg_namespace as n
		join pg_catalog.pg_depend as d on d.refobjid = n.oid
			and d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
		-- the table, or that of a sequence
		left join pg_catalog.pg_depend as o on o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objid = d.objid
			and o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.deptype in ('a', 'i')
		left join pg_catalog.pg_class as c on c.oid = coalesce(o.refobjid, d.objid)
			and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
		where n.nspname = 'dbcare' and d.deptype = 'n' and coalesce(c.relname, '') not in ({own_tables}))
	) as s
order by s.place, s.name
