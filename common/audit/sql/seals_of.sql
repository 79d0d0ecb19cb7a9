-- columns: seal_id, first_entry, last_entry
-- The seals with leaves that may have entries from number $1 to $2.
select seal_id, first_entry, last_entry
from {.audit_seal}
where last_entry >= $1 and first_entry <= $2 and leaves is not null
order by seal_id
