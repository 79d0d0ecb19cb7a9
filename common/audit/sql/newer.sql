-- columns: entry_id, shape_id, columns, action, row_key, changed
-- The changes of rows of table $1 after $2, of the row with key $3 (null: of all);
-- with $4 only those that change a key.  The newest first.
select e.entry_id, e.shape_id, s.columns, e.action, e.row_key, coalesce(e.changed, '{}') as changed
from {.audit_entry} as e
join {.audit_shape} as s on s.shape_id = e.shape_id
where s.table_id = $1 and e.action in ('insert', 'update', 'delete')
	and e.logged_at > {postgresql:cast($2 as timestamptz)}{sqlite:$2}
	and ($3 is null or {entry_of:$3})
	and ({postgresql:not $4}{sqlite:$4 = 0} or e.action = 'update' and exists (select 1
		from {postgresql:pg_catalog.jsonb_array_elements(cast(s.columns as jsonb)) as c (value)
		where c.value ->> 'key' is not null and pg_catalog.strpos(e.changed, cast(c.value -> 'name' as text) || ':') > 0}{sqlite:temp.json_each(s.columns) as c
		where json_extract(c.value, '$.key') is not null
			and instr(e.changed, json_quote(json_extract(c.value, '$.name')) || ':') > 0}))
order by e.entry_id desc
