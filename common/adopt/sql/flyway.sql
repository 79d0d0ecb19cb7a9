-- The ledger of Flyway: of each version the last row counts, and a baseline stands
-- for all up to it.  The row of a schema that Flyway has made is of no migration.
select coalesce(cast(version as text), cast(script as text)), cast(description as text),
	{utc:installed_on}, cast(installed_by as text), 'crc32:' || cast(checksum as text),
	case when cast(type as text) = 'BASELINE' then 'baseline'
		when cast(type as text) = 'DELETE' or cast(type as text) like 'UNDO%' then 'undone'
		when success then 'applied' else 'failed' end
from :ledger
where cast(type as text) <> 'SCHEMA'
order by installed_rank
