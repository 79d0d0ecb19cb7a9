-- columns: entry, leaf, entry_id, transaction_id, next_transaction, logged_at, table_id, columns, noted_at, user_name, role_name, application, address, actor, action, row_key, moved_to, changed
-- The entries of seal $1 in its order, with their leaves; null where one is
-- missing.  [PG] Each entry is looked up: nothing says how few there are, and a join would read
-- all entries for each seal.
select l.entry, l.leaf, {audit_entry}
from (select {postgresql:cast(g.key as bigint) as entry, g.value as leaf, g.number
	from dbcare.audit_seal as t
	cross join lateral pg_catalog.json_each_text(cast(t.leaves as pg_catalog.json)) with ordinality as g (key, value, number)}{sqlite:cast(g.key as integer) as entry, g.value as leaf, g.id as number
	from main.dbcare_audit_seal as t
	join temp.json_each(t.leaves) as g}
	where t.seal_id = $1) as l
left join {postgresql:lateral (select * from dbcare.audit_entry as o where o.entry_id = l.entry offset 0) as e on true}{sqlite:main.dbcare_audit_entry as e on e.entry_id = l.entry}
left join {.audit_shape} as s on s.shape_id = e.shape_id
left join {.audit_context} as c on c.context_id = e.context_id
order by l.number
