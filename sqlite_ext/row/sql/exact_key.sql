-- columns: row_key, condition, problem, key_sql, key_values, is_exact, normal, unqualified
-- The row of table $2 of schema $1 with key $3, a JSON value or object: its key
-- as dbcare_trash has it, and the condition that finds it; or what is wrong with
-- the key; and the expression for the key of any row; and the values of a key of several
-- columns as dbcare_trash has them; is_exact: whether equal keys have one spelling, so that
-- they can be compared as text; see row/match.sql for the others.  Without a primary key a
-- row is found by its rowid.  The same as row/key.sql, which takes half as long, for
-- values that can be objects as row/image.c writes them.
with {key_columns}, given (value) as (
	-- {"blob": "00ff"} is a value unless the table has such a column
	select case when json_type($3) = 'object' and not (count(*) = 1 and min(name) not in ('blob', 'text', 'real')
			and (select count(*) = 1 and min(g.key) in ('blob', 'text', 'real') from temp.json_each($3) as g))
		then $3 else json_object(min(name), json($3)) end
	from key
), cell as (
	select k.*, count(*) over () as columns, t.key as tag, iif(t.key is null, g.type, t.type) as json_type,
		case when t.key = 'real' then cast(replace(t.atom, 'Infinity', '9e999') as real) when t.key is null then g.atom else t.atom end as value
	from key as k
	left join temp.json_each((select value from given)) as g on g.key = k.name
	left join temp.json_each(iif(g.type = 'object', g.value, '{}')) as t on t.type = 'text'
		and (t.key = 'real' or (t.key in ('blob', 'text') and t.atom not glob '*[^0-9a-f]*' and length(t.atom) % 2 = 0))
), converted as (
	-- the affinity of the column makes numbers of text that is one, and the other way round
	select *, case when tag in ('blob', 'text') then value when affinity = 'text' and typeof(value) in ('integer', 'real') then cast(value as text)
			when affinity in ('integer', 'numeric', 'real') and typeof(value) = 'text' and cast(value as numeric) = value then cast(value as numeric)
			else value end as number
	from cell
), typed as (
	select name, cid, place, columns, quoted, affinity, coll, is_collated, tag, json_type,
		case when affinity in ('integer', 'numeric') and typeof(number) = 'real' and number = cast(number as integer) then cast(number as integer)
			when affinity = 'real' and typeof(number) = 'integer' then cast(number as real) else number end as value
	from converted
), member as (
	select name, cid, columns, replace({value_sql}, '@', quoted) as value,
		quote(iif(row_number() over (order by length(cast(name as blob)), name) > 1, ', ', '') || json_quote(name) || ': ') as label
	from typed
	order by length(cast(name as blob)), name
), written as (
	select *, case when tag in ('blob', 'text') then printf('{"%s": "%s"}', tag, value)
		when typeof(value) = 'real' then '{"real": "' || replace(replace(quote(value), '9.0e+999', 'Inf'), 'Inf', 'Infinity') || '"}' else json_quote(value) end as json
	from typed
)
select iif(max(columns) = 1 and max(cid) >= 0, max(json),
		'{' || group_concat(json_quote(name) || ': ' || json, ', ') || '}') as row_key,
	group_concat(quoted || ' = ' || case tag when 'blob' then printf('x''%s''', value)
		when 'text' then printf('cast(x''%s'' as text)', value)
		else iif(typeof(value) = 'real', replace(quote(value), 'Inf', '9e999'), quote(value)) end
		|| iif(is_collated, ' collate "' || replace(coll, '"', '""') || '"', ''), ' and ') as condition,
	case when max(quoted) is null then 'there is no primary key, and columns rowid, _rowid_ and oid hide the rowid'
		when sum(json_type is null or json_type in ('null', 'object', 'array')) > 0
		then 'the key of the table is (' || (select group_concat(k.name, ', ') from (select name from key order by place) as k) || ')' end as problem,
	(select iif(max(m.columns) = 1 and max(m.cid) >= 0, printf('cast(%s as text)', max(m.value)),
			'''{'' || ' || group_concat(m.label || ' || ' || m.value, ' || ') || ' || ''}''') from member as m) as key_sql,
	iif(max(columns) = 1, null, (select '[' || group_concat(v.json, ', ') || ']' from (select w.json from written as w order by w.place) as v)) as key_values,
	min(coll = 'BINARY' and affinity in ('integer', 'numeric', 'text')) as is_exact, null as normal,
	null as unqualified
from (select * from written order by length(cast(name as blob)), name)
