-- columns: number, name, type, key
-- The columns of table $2 of schema $1 that can be logged; key: place in the
-- primary key.  A column keeps its number in table $3 of audited_table, also if
-- it was renamed: SQLite has changed the name in the triggers, but not the text
-- that they log.
with known as (
	select json_extract(g.value, '$.name') as name, json_extract(g.value, '$.n') as number,
		s.shape_id, s.shape_id = max(s.shape_id) over () as is_last
	from main.dbcare_audit_shape as s
	join temp.json_each(s.columns) as g
	where s.table_id = $3
), col as (
	select c.cid, c.name, c.type, c.pk, printf('"%w"', c.name) as quoted
	from temp.pragma_table_xinfo($2, $1) as c
	where c.hidden = 0
), present as (
	select c.cid, c.name, c.type, c.pk, coalesce(
			(select k.number from known as k where k.name = c.name order by k.shape_id desc limit 1),
			(select k.number
			from known as k
			join main.sqlite_schema as t on t.type = 'trigger' and t.tbl_name = $2 collate nocase
				and t.name glob 'dbcare_audit_[0-9]*_update'
			where k.is_last and k.name not in (select o.name from col as o)
				and instr(t.sql, printf('%Q where old.%s is not', json_quote(k.name) || ': [', c.quoted))
			)) as number
	from col as c
)
select coalesce(p.number, (select coalesce(max(number), 0) from known)
		+ row_number() over (partition by p.number is null order by p.cid)) as number,
	p.name, p.type, nullif(p.pk, 0) as key
from present as p
order by p.cid
