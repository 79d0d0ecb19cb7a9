-- columns: entry_id, shape_id, columns, action, row_key, changed
-- The changes of keys of table $1 after $2, the newest first; and changes in which
-- a value has a member of that name.
with key as (
	select s.shape_id, s.columns, {postgresql:cast(c.value -> 'name' as text)}{sqlite:json_quote(json_extract(c.value, '$.name'))} || ':' as member
	from {.audit_shape} as s
	cross join {postgresql:pg_catalog.jsonb_array_elements(cast(s.columns as jsonb)) as c (value)}{sqlite:temp.json_each(s.columns) as c}
	where s.table_id = $1 and {postgresql:c.value ->> 'key'}{sqlite:json_extract(c.value, '$.key')} is not null
)
select distinct e.entry_id, e.shape_id, k.columns, e.action, e.row_key, e.changed
from {.audit_entry} as e
join key as k on k.shape_id = e.shape_id
where e.action = 'update' and e.logged_at > {postgresql:cast($2 as timestamptz)}{sqlite:$2}
	and {postgresql:pg_catalog.strpos(}{sqlite:instr(}e.changed, k.member) > 0
order by e.entry_id desc
