-- columns: hash
-- What the log has for the value $1, JSON, of a column that is hashed under the name $2.
select dbcare_audit_hash($1, (select secret from main.dbcare_audit_key), $2) as hash
