-- columns: condition
-- The condition that finds the rows of table $2 of schema $1 with the keys $3, a JSON array, each as in dbcare_audit_entry;
-- null if one of them is another key than that of the table.
with key as materialized (
	select name, cid, pk as place, printf('"%w"', name) as quoted
	from temp.pragma_table_xinfo($2, $1)
	where pk > 0
	union all
	select 'rowid', -1, 1, 'rowid'
	where not exists (select 1 from temp.pragma_table_xinfo($2, $1) where pk > 0)
), whole as (
	select count(*) as columns, count(*) = 1 and min(cid) >= 0 as is_value from key
), given as (
	select g.key as number, k.place, g.type, g.atom, g.value
	from whole as w
	cross join temp.json_each($3) as g
	join key as k on w.is_value
	union all
	select g.key, k.place, m.type, m.atom, m.value
	from whole as w
	cross join temp.json_each($3) as g
	cross join temp.json_each(iif(g.type = 'object', g.value, '{}')) as m
	join key as k on k.name = m.key
	where not w.is_value
), cell as materialized (
	-- blobs, numbers and text that is not valid UTF-8 as row/image.c writes them
	select number, place, case type when 'integer' then atom when 'text' then quote(atom) when 'object' then (
			select case t.key when 'blob' then printf('x''%s''', t.atom) when 'text' then printf('cast(x''%s'' as text)', t.atom)
				when 'real' then replace(quote(cast(replace(t.atom, 'Infinity', '9e999') as real)), 'Inf', '9e999') end
			from temp.json_each(g.value) as t
			where t.type = 'text' and (t.key = 'real' or t.atom not glob '*[^0-9a-f]*' and length(t.atom) % 2 = 0)) end as literal
	from given as g
), named as (
	select number, iif(count(literal) = (select columns from whole), group_concat(iif((select columns from whole) = 1, literal,
			printf('%s = %s', (select k.quoted from key as k where k.place = c.place), literal)), ' and '), null) as named
	from (select * from cell order by number, place) as c
	group by number
), part as (
	-- in groups, since the depth of expressions is limited
	select count(named) as rows, iif((select columns from whole) = 1, group_concat(named, ', '), printf('(%s)', group_concat(printf('(%s)', named), ' or '))) as named
	from named
	group by number / 32
)
select iif(sum(p.rows) < json_array_length($3), null, iif((select columns from whole) = 1, printf('%s in (%s)', (select quoted from key), group_concat(p.named, ', ')),
	group_concat(p.named, ' or '))) as condition
from part as p
