-- columns: entry_id
-- The entries among those of audit/count_sealed.sql that are in no seal.
select e.entry_id
from {.audit_entry} as e
where (e.entry_id <= $3 or {postgresql:(e.transaction_id, e.entry_id) <= ($1, $2)}{sqlite:e.entry_id <= $2 and $1 is not null})
	and e.entry_id not in ({postgresql:select cast(k.entry as bigint)
		from dbcare.audit_seal as s
		cross join lateral pg_catalog.json_object_keys(cast(s.leaves as pg_catalog.json)) as k (entry)}{sqlite:select cast(k.key as integer)
		from main.dbcare_audit_seal as s
		join temp.json_each(s.leaves) as k})
order by e.entry_id
limit 100
