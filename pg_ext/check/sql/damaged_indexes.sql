-- columns: shown, problem, statement, probe
-- The indexes that are damaged, or may be: name, problem, the statement that
-- rebuilds it, and a query that fails if it is damaged; null if that is known.
with amcheck as (
	select n.nspname
	from pg_catalog.pg_extension as e
	join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
		and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'e'
	join pg_catalog.pg_proc as p on p.oid = d.objid
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where e.extname = 'amcheck' and p.proname = 'bt_index_check' and p.pronargs = 2
		and pg_catalog.has_schema_privilege(n.oid, 'USAGE')
		and pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
)
select pg_catalog.format('%I.%I', n.nspname, x.relname) as shown,
	case when not i.indislive then 'half dropped'
		when not i.indisready then 'not ready: writes do not maintain it'
		when not i.indisvalid then 'not valid: queries do not use it' end as problem,
	pg_catalog.format('reindex index %I.%I', n.nspname, x.relname) as statement,
	case when i.indisvalid and i.indisready and i.indislive
		then pg_catalog.format('select %I.bt_index_check(%s::pg_catalog.regclass, true)', a.nspname, x.oid) end as probe
from pg_catalog.pg_index as i
join pg_catalog.pg_class as x on x.oid = i.indexrelid
join pg_catalog.pg_namespace as n on n.oid = x.relnamespace
join pg_catalog.pg_class as t on t.oid = i.indrelid
join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
join pg_catalog.pg_am as am on am.oid = x.relam
left join amcheck as a on am.amname = 'btree'
where x.relkind = 'i' and {user_schema:n}
	and ($1 is null or $1 in (pg_catalog.format('%I.%I', tn.nspname, t.relname),
		(select pg_catalog.format('%I.%I', rn.nspname, r.relname)
			from pg_catalog.pg_class as r
			join pg_catalog.pg_namespace as rn on rn.oid = r.relnamespace
			where r.oid = pg_catalog.pg_partition_root(t.oid))))
	and (not (i.indisvalid and i.indisready and i.indislive) or a.nspname is not null)
	and i.indrelid not in (select d.objid from pg_catalog.pg_depend as d
		where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'e')
	and not exists (select from pg_catalog.pg_stat_progress_create_index as p
		where p.datname = pg_catalog.current_database() and p.relid = i.indrelid)
order by shown
