-- The foreign servers the caller may use: those of dblink and postgres_fdw, by
-- what the extensions own, not by name.  Foreign tables make one a shard.
select cast(s.srvname as text) as server,
	exists (select from pg_catalog.pg_foreign_table as t where t.ftserver = s.oid) as is_shard,
	case when not pg_catalog.has_server_privilege(s.oid, 'USAGE')
			then pg_catalog.format('permission denied for foreign server %I', s.srvname)
		when not exists (select from pg_catalog.pg_user_mappings as m
			where m.srvid = s.oid and (m.umuser = 0 or m.usename = current_user))
			then pg_catalog.format('user mapping not found for %I', current_user) end as obstacle
from pg_catalog.pg_foreign_server as s
join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
	and d.objid = s.srvfdw and d.deptype = 'e'
	and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
join pg_catalog.pg_extension as e on e.oid = d.refobjid
where e.extname in ('dblink', 'postgres_fdw')
order by s.srvname
