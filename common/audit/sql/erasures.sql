-- columns: entry_id, name
-- The values that were erased, as the log says: the members of entries.
select {postgresql:cast(g.key as bigint) as entry_id, n.name
from dbcare.audit_entry as e
cross join lateral pg_catalog.jsonb_each(cast(case when e.action = 'erase' then e.changed end as pg_catalog.jsonb) -> 'entries') as g (key, names)
cross join lateral pg_catalog.jsonb_array_elements_text(g.names) as n (name)}{sqlite:cast(g.key as integer) as entry_id, n.value as name
from main.dbcare_audit_entry as e
join temp.json_each(e.changed, '$.entries') as g
join temp.json_each(g.value) as n}
where e.action = 'erase'
order by 1
