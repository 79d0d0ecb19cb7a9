-- columns: text
-- Databases that killed restores have left; one that is being filled has sessions.
select pg_catalog.format('database %1$s was left by a restore that was killed: drop database %1$s;', d.datname) as text
from pg_catalog.pg_database as d
where d.datname ~ '^dbcare_restore_[0-9a-f]{16}$'
	and not exists (select from pg_catalog.pg_stat_activity as a where a.datid = d.oid)
order by d.datname
