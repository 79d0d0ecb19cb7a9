-- columns: entries
-- The number of entries that must be in a seal if the last one ends with entry $2
-- of transaction $1 and entries up to $3 are from other clusters.
select count(*) as entries
from {.audit_entry} as e
where e.entry_id <= $3 or {postgresql:(e.transaction_id, e.entry_id) <= ($1, $2)}{sqlite:e.entry_id <= $2 and $1 is not null}
