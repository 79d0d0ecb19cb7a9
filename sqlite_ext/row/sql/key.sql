-- columns: row_key, condition, problem
-- The row of table $2 of schema $1 with key $3, a JSON value or object: its key
-- as dbcare_trash has it, and the condition that finds it; or what is wrong with
-- the key.  Without a primary key a row is found by its rowid.
with key as (
	select name, pk as place, type
	from temp.pragma_table_xinfo($2, $1)
	where pk > 0
	union all
	select 'rowid', 1, 'integer'
	where not exists (select 1 from temp.pragma_table_xinfo($2, $1) where pk > 0)
), cell as (
	select k.name, k.place, count(*) over () as columns, '"' || replace(k.name, '"', '""') || '"' as quoted,
		g.type as json_type, g.atom as value,
		-- text is taken for a number where the column is one
		g.type = 'text' and lower(k.type) like '%int%' and g.atom = cast(cast(g.atom as integer) as text) as is_number
	from key as k
	left join temp.json_each(iif(json_type($3) = 'object', $3, json_object((select min(name) from key), json($3)))) as g
		on g.key = k.name
), typed as (
	select name, place, columns, quoted, json_type,
		iif(is_number, cast(value as integer), value) as value
	from cell
)
select iif(max(columns) = 1 and max(name) <> 'rowid', max(iif(typeof(value) = 'real',
			'{"real": "' || quote(value) || '"}', json_quote(value))),
		'{' || group_concat(json_quote(name) || ': ' || json_quote(value), ', ') || '}') as row_key,
	group_concat(iif(name = 'rowid', 'rowid', quoted) || ' = ' || quote(value), ' and ') as condition,
	case when sum(json_type is null or json_type in ('null', 'object', 'array')) > 0
		then 'the key of the table is (' || (select group_concat(k.name, ', ') from (select name from key order by place) as k) || ')' end as problem
from (select * from typed order by length(cast(name as blob)), name)
