-- The ledger of sqitch: a version is the place of a change with its name.
select cast({postgresql:pg_catalog.}row_number() over (partition by project order by committed_at, planned_at{sqlite:, rowid}) as text)
		|| '-' || cast(change as text),
	cast(change as text), {utc:committed_at}, cast(committer_name as text),
	'sha1:' || cast(script_hash as text), 'applied'
from :ledger
order by committed_at, planned_at{sqlite:, rowid}
