-- columns: version
-- Migrations that an earlier dbmigrate_deploy() began and did not finish; what it has
-- committed stays when the script is edited.  None while a deploy runs; core/lock.c defines its lock.
select m.version
from dbcare.deployment as d
join dbcare.migration as m on m.version = d.version
	and (m.checksum = d.checksum or d.statement_no > 1 or d.begun)
-- inside CASE, so that pg_locks is read only if there is such a row
where case when d.version = m.version then not (select exists (select from pg_catalog.pg_locks as l
	where l.classid = 1684169571 and (l.locktype = 'object' and l.objid = 3 or l.locktype = 'advisory' and l.objid = 2)
		and l.database = (select b.oid from pg_catalog.pg_database as b
			where b.datname = pg_catalog.current_database())
		and l.mode = 'ExclusiveLock' and l.granted and l.pid <> pg_catalog.pg_backend_pid())) end
order by m.version
