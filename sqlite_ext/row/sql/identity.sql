-- columns: facts
-- The identity of table $2 of schema $1, as a JSON array: whether it has rowids
-- and is STRICT, and its columns with their types.
with reserved (words) as (values ({reserved})),
fact (place, kind, name, value) as (
	select -1, 'table', '', case when wr then 'a WITHOUT ROWID table' else 'a table with rowids' end
		|| iif(strict, ' that is STRICT', '')
	from temp.pragma_table_list
	where "schema" = $1 and name = $2
	union all
	select c.cid, 'column', iif(c.name glob '[a-z_]*' and c.name not glob '*[^a-z0-9_]*'
			and not instr(words, ' ' || c.name || ' '), c.name, printf('"%w"', c.name)),
		coalesce(nullif(lower(c.type), ''), 'of no type')
			|| iif(c.pk, printf(', primary key %d', c.pk), '') || iif(c.hidden, ', generated', '')
	from temp.pragma_table_xinfo($2, $1) as c
	join reserved
	union all
	select c.cid, 'place', iif(c.name glob '[a-z_]*' and c.name not glob '*[^a-z0-9_]*'
			and not instr(words, ' ' || c.name || ' '), c.name, printf('"%w"', c.name)), cast(c.cid as text)
	from temp.pragma_table_xinfo($2, $1) as c
	join reserved
	order by 1)
select json_group_array(json_object('kind', kind, 'name', name, 'value', value)) as facts
from fact
