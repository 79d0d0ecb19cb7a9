-- columns: {finding}
-- Installed extensions compared with the version of their files.  An installed
-- version may be newer than the files, or the files may be missing.
with outdated as (
	select e.extname, e.extversion, a.default_version
	from pg_catalog.pg_extension as e
	left join pg_catalog.pg_available_extensions() as a on a.name = e.extname
	where a.default_version is distinct from e.extversion
)
select 'warning' as severity,
	pg_catalog.quote_ident(o.extname) as object,
	cast(null as double precision) as value,
	case when o.default_version is null then pg_catalog.format('%s, but its files are missing', o.extversion)
		else pg_catalog.format('%s, the installed files are those of %s', o.extversion, o.default_version) end as detail,
	case when o.default_version is not null and exists (select from pg_catalog.pg_extension_update_paths(o.extname) as p
			where p.source = o.extversion and p.target = o.default_version and p.path is not null)
		then pg_catalog.format('ALTER EXTENSION %I UPDATE;', o.extname) end as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from outdated as o
order by 2
