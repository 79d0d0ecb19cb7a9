-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of graphile-migrate.
select cast(filename as text) as key, null as name, {utc:date} as applied_at, null as applied_by, 'graphile:' || cast(hash as text) as checksum, 'applied' as state
from :ledger
order by 1
