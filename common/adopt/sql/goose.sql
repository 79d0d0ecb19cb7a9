-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of goose: the last row of each version counts.
select cast(version_id as text) as key, null as name, {utc:tstamp} as applied_at, null as applied_by, null as checksum,
	case when is_applied then 'applied' else 'undone' end as state
from :ledger
where version_id > 0
order by id
