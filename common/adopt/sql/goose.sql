-- The ledger of goose: of each version the last row counts.
select cast(version_id as text), null, {utc:tstamp}, null, null,
	case when is_applied then 'applied' else 'undone' end
from :ledger
where version_id > 0
order by id
