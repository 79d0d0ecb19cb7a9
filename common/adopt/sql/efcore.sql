-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of Entity Framework Core.
select cast("MigrationId" as text) as key, null as name, null as applied_at, null as applied_by, null as checksum, 'applied' as state
from :ledger
order by 1
