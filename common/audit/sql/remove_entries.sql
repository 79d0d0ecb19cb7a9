-- columns: none
-- Deletes the entries of seal $1.
delete from {.audit_entry}
where entry_id in ({postgresql:select cast(k.entry as bigint)
	from dbcare.audit_seal as s
	cross join lateral pg_catalog.json_object_keys(cast(s.leaves as pg_catalog.json)) as k (entry)}{sqlite:select cast(k.key as integer)
	from main.dbcare_audit_seal as s
	join temp.json_each(s.leaves) as k}
	where s.seal_id = $1)
