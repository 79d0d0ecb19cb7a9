-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of sqlx.
select cast(version as text) as key, cast(description as text) as name, {utc:installed_on} as applied_at, null as applied_by,
	'sha384:' || {postgresql:pg_catalog.encode(checksum, 'hex')}{sqlite:lower(hex(checksum))} as checksum,
	case when success then 'applied' else 'failed' end as state
from :ledger
order by version
