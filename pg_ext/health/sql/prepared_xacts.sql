-- columns: {finding}
-- Prepared transactions of this database: until they end, also after a
-- restart, they keep their locks and prevent dead rows from being removed.
select cast(null as text) as severity,
	pg_catalog.format('prepared transaction %L', x.gid) as object,
	cast(x.seconds as double precision) as value,
	pg_catalog.format('role %I', x.owner) as detail,
	pg_catalog.format('ROLLBACK PREPARED %L;', x.gid) as fix_sql,
	cast(null as text) as reason,
	cast(null as text) as probe
from (
	select p.gid, p.owner, pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp() - p.prepared)) as seconds
	from pg_catalog.pg_prepared_xacts as p
	where p.database = pg_catalog.current_database()
) as x
where x.seconds >= least(cast($1 as double precision), cast($2 as double precision))
union all
select 'not_applicable', null, null, null, null, 'prepared transactions end on the primary', null
where pg_catalog.pg_is_in_recovery()
order by 2
