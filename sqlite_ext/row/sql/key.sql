-- columns: row_key, condition, problem, key_sql, key_values
-- The row of table $2 of schema $1 with key $3, a JSON value or object: its key
-- as dbcare_trash has it, and the condition that finds it; or what is wrong with
-- the key; and the expression for the key of any row; and the values of a key of several
-- columns as dbcare_trash has them.  Without a primary key a row is found by its rowid.
with key as (
	-- the affinity of its type, by SQLite's rules
	select name, cid, pk as place, case when t like '%int%' then 'integer' when t like '%char%' or t like '%clob%' or t like '%text%' then 'text'
			when t like '%blob%' or t = '' then '' when t like '%real%' or t like '%floa%' or t like '%doub%' then 'real' end as affinity
	from (select name, cid, pk, lower(type) as t from temp.pragma_table_xinfo($2, $1))
	where pk > 0
	union all
	select 'rowid', 0, 1, 'integer'
	where not exists (select 1 from temp.pragma_table_xinfo($2, $1) where pk > 0)
), cell as (
	select k.name, k.cid, k.place, count(*) over () as columns, '"' || replace(k.name, '"', '""') || '"' as quoted,
		g.type as json_type, g.atom as value,
		-- text is taken for a number where the column is one, and a number for text
		case when k.affinity = 'text' and g.type in ('integer', 'real') then 'text'
			when g.type = 'integer' or (g.type = 'text' and g.atom = cast(cast(g.atom as integer) as text))
			then nullif(k.affinity, 'text') end as becomes
	from key as k
	left join temp.json_each(iif(json_type($3) = 'object', $3, json_object((select min(name) from key), json($3)))) as g
		on g.key = k.name
), typed as (
	select name, cid, place, columns, iif(name = 'rowid', 'rowid', quoted) as quoted, json_type,
		case becomes when 'integer' then cast(value as integer) when 'real' then cast(value as real)
			when 'text' then cast(value as text) else value end as value
	from cell
), member as (
	select name, columns, replace({value_sql}, '@', quoted) as value,
		quote(iif(row_number() over (order by length(cast(name as blob)), name) > 1, ', ', '') || json_quote(name) || ': ') as label
	from typed
	order by length(cast(name as blob)), name
), written as (
	select *, iif(typeof(value) = 'real', '{"real": "' || quote(value) || '"}', json_quote(value)) as json
	from typed
)
select iif(max(columns) = 1 and max(name) <> 'rowid', max(json),
		'{' || group_concat(json_quote(name) || ': ' || json, ', ') || '}') as row_key,
	group_concat(quoted || ' = ' || quote(value), ' and ') as condition,
	case when sum(json_type is null or json_type in ('null', 'object', 'array')) > 0
		then 'the key of the table is (' || (select group_concat(k.name, ', ') from (select name from key order by place) as k) || ')' end as problem,
	(select iif(max(m.columns) = 1 and max(m.name) <> 'rowid', printf('cast(%s as text)', max(m.value)),
			'''{'' || ' || group_concat(m.label || ' || ' || m.value, ' || ') || ' || ''}''') from member as m) as key_sql,
	iif(max(columns) = 1, null, (select '[' || group_concat(v.json, ', ') || ']' from (select w.json from written as w order by w.cid) as v)) as key_values
from (select * from written order by length(cast(name as blob)), name)
