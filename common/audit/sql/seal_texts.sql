-- columns: leaves, salts
-- The leaves and the salts of seal $1.
select leaves, salts from {.audit_seal} where seal_id = $1
