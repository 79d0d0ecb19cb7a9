-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of Drizzle: the time is that of the file, not of its run.
select cast(hash as text) as key, null as name, null as applied_at, null as applied_by,
	'sha256:' || cast(hash as text) as checksum, 'applied' as state
from :ledger
order by created_at, id
