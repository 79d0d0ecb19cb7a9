-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of golang-migrate: the current version, in at most one row.
select cast(version as text) as key, null as name, null as applied_at, null as applied_by, null as checksum,
	case when dirty then 'failed' else 'applied' end as state
from :ledger
