-- columns: {finding}
-- Tables that are emptied by a crash and do not exist on standbys.  A table can
-- only become logged after the tables it references.
select 'info' as severity,
	pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
	cast(null as double precision) as value,
	cast(null as text) as detail,
	case when not exists (select from pg_catalog.pg_constraint as con
			join pg_catalog.pg_class as p on p.oid = con.confrelid
			where con.conrelid = c.oid and con.contype = 'f'
				and con.confrelid <> c.oid and p.relpersistence = 'u')
		then pg_catalog.format('ALTER TABLE %I.%I SET LOGGED;', n.nspname, c.relname) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relpersistence = 'u'
	and {user_schema:n}
	and {not_in_extension:c.oid}
order by n.nspname, c.relname
