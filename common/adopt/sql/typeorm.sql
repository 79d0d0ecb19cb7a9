-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of TypeORM.
select cast("timestamp" as text) as key, cast(name as text) as name, null as applied_at, null as applied_by, null as checksum, 'applied' as state
from :ledger
order by id
