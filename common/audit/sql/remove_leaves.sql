-- columns: none
-- Records that the entries of seal $1 are removed.
update {.audit_seal} set leaves = null, salts = '' where seal_id = $1
