-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of Ecto.
select cast(version as text) as key, null as name, {utc:inserted_at} as applied_at, null as applied_by, null as checksum, 'applied' as state
from :ledger as l
order by l.version
