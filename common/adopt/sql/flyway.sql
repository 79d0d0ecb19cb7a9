-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of Flyway.  The last row of each version counts; a baseline stands for
-- all versions up to its own.  The row for a schema that Flyway created is not a
-- migration.
select coalesce(cast(version as text), cast(script as text)) as key, cast(description as text) as name,
	{utc:installed_on} as applied_at, cast(installed_by as text) as applied_by, 'crc32:' || cast(checksum as text) as checksum,
	case when cast(type as text) = 'BASELINE' then 'baseline'
		when cast(type as text) = 'DELETE' or cast(type as text) like 'UNDO%' then 'undone'
		when success then 'applied' else 'failed' end as state
from :ledger
where cast(type as text) <> 'SCHEMA'
order by installed_rank
