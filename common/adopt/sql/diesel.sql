-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of diesel.
select cast(version as text) as key, null as name, {utc:run_on} as applied_at, null as applied_by, null as checksum, 'applied' as state
from :ledger
order by 1
