-- columns: leaves, salts
-- The leaves and the salts of seal $1.
select {exact:leaves} as leaves, {exact:salts} as salts from {.audit_seal} where seal_id = $1
