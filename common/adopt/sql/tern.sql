-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of tern: the current version, in one row.
select cast(version as text) as key, null as name, null as applied_at, null as applied_by, null as checksum, 'applied' as state
from :ledger
where version > 0
