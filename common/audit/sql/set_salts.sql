-- columns: none
-- Stores the salts $2 of seal $1.
update {.audit_seal} set salts = $2 where seal_id = $1
