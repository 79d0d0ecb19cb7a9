-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of sqitch; a version is the position of a change and its name.
select cast({postgresql:pg_catalog.}row_number() over (partition by project order by committed_at, planned_at{sqlite:, rowid}) as text)
		|| '-' || cast(change as text) as key,
	cast(change as text) as name, {utc:committed_at} as applied_at, cast(committer_name as text) as applied_by,
	'sha1:' || cast(script_hash as text) as checksum, 'applied' as state
from :ledger
order by committed_at, planned_at{sqlite:, rowid}
