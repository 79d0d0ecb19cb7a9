-- columns: number, name, type, key
-- The columns of table $2 of schema $1 that can be logged; key: place in the
-- primary key.  A column keeps its number in table $3 of audited_table.
with known as (
	select json_extract(g.value, '$.name') as name, json_extract(g.value, '$.n') as number,
		s.shape_id = max(s.shape_id) over () as is_last
	from main.dbcare_audit_shape as s
	join temp.json_each(s.columns) as g
	where s.table_id = $3
), present as (
	select c.cid, c.name, c.type, c.pk, (select k.number from known as k where k.is_last and k.name = c.name) as number
	from temp.pragma_table_xinfo($2, $1) as c
	where c.hidden = 0
)
select coalesce(p.number, (select coalesce(max(number), 0) from known)
		+ row_number() over (partition by p.number is null order by p.cid)) as number,
	p.name, p.type, nullif(p.pk, 0) as key
from present as p
order by p.cid
