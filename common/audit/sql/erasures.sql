-- columns: entry_id
-- The entries of which the log says that values were erased.
select distinct {postgresql:cast(g.value as bigint) as entry_id
from dbcare.audit_entry as e
cross join lateral pg_catalog.jsonb_array_elements_text(cast(e.changed as pg_catalog.jsonb) -> 'entries') as g (value)}{sqlite:cast(g.value as integer) as entry_id
from main.dbcare_audit_entry as e
join temp.json_each(e.changed, '$.entries') as g}
where e.action = 'erase'
order by 1
