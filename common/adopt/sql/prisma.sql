-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of Prisma.  A migration that failed has another row once it is run again.
select cast(migration_name as text) as key, null as name,
	{postgresql:pg_catalog.to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')}{sqlite:case when typeof(finished_at) = 'integer' then strftime('%Y-%m-%dT%H:%M:%fZ', finished_at / 1000.0, 'unixepoch') else strftime('%Y-%m-%dT%H:%M:%fZ', finished_at) end} as applied_at,
	null as applied_by, 'sha256:' || cast(checksum as text) as checksum,
	case when rolled_back_at is not null then 'undone' when finished_at is null then 'failed' else 'applied' end as state
from :ledger as l
order by l.started_at, 1
