-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of Versioning.
select cast(patch_name as text) as key, null as name, {utc:applied_tsz} as applied_at, cast(applied_by as text) as applied_by, null as checksum, 'applied' as state
from :ledger
order by applied_tsz, 1
