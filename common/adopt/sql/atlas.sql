-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of Atlas.  A row of type 1 stands for all versions up to its own; the row
-- of the program itself begins with a dot.
select cast(version as text) as key, cast(description as text) as name, {utc:executed_at} as applied_at,
	null as applied_by, null as checksum,
	case when type = 1 then 'baseline' when applied = total then 'applied' else 'failed' end as state
from :ledger as l
where cast(version as text) not like '.%'
order by l.version
