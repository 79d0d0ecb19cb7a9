-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of refinery; dbcare cannot compute its checksums.
select cast(version as text) as key, cast(name as text) as name, {utc:applied_on} as applied_at, null as applied_by, null as checksum, 'applied' as state
from :ledger
order by version
