-- columns: none
-- Stores the changed values $2 of entry $1.
update {.audit_entry} set changed = $2 where entry_id = $1
