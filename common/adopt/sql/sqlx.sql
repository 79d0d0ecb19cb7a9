-- The ledger of sqlx.
select cast(version as text), cast(description as text), {utc:installed_on}, null,
	'sha384:' || {postgresql:pg_catalog.encode(checksum, 'hex')}{sqlite:lower(hex(checksum))},
	case when success then 'applied' else 'failed' end
from :ledger
order by version
