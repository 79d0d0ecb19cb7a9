-- columns: row_key, condition, problem, key_sql, key_values, is_exact, normal, unqualified
-- The row of table $2 of schema $1 with key $3, a JSON value or object: its key
-- as dbcare_trash has it, and the condition that finds it; or what is wrong with
-- the key; and the expression for the key of any row; and the values of a key of several
-- columns as dbcare_trash has them; is_exact: whether equal keys have one spelling, so that
-- they can be compared as text; see row/match.sql for the others.  Without a primary key a
-- row is found by its rowid.
with {key_columns}, cell as (
	select k.*, count(*) over () as columns, g.type as json_type, g.atom as value
	from key as k
	left join temp.json_each(iif(json_type($3) = 'object', $3, json_object((select min(name) from key), json($3)))) as g
		on g.key = k.name
), converted as (
	-- the affinity of the column makes numbers of text that is one, and the other way round
	select *, case when affinity = 'text' and typeof(value) in ('integer', 'real') then cast(value as text)
			when affinity in ('integer', 'numeric', 'real') and typeof(value) = 'text' and cast(value as numeric) = value then cast(value as numeric)
			else value end as number
	from cell
), typed as (
	select name, cid, place, columns, quoted, affinity, coll, is_collated, json_type,
		case when affinity in ('integer', 'numeric') and typeof(number) = 'real' and number = cast(number as integer) then cast(number as integer)
			when affinity = 'real' and typeof(number) = 'integer' then cast(number as real) else number end as value
	from converted
), member as (
	select name, cid, columns, replace({value_sql}, '@', quoted) as value,
		quote(iif(row_number() over (order by length(cast(name as blob)), name) > 1, ', ', '') || json_quote(name) || ': ') as label
	from typed
	order by length(cast(name as blob)), name
), written as (
	select *, iif(typeof(value) = 'real', '{"real": "' || quote(value) || '"}', json_quote(value)) as json
	from typed
)
select iif(max(columns) = 1 and max(cid) >= 0, max(json),
		'{' || group_concat(json_quote(name) || ': ' || json, ', ') || '}') as row_key,
	group_concat(quoted || ' = ' || quote(value) || iif(is_collated, ' collate "' || replace(coll, '"', '""') || '"', ''), ' and ') as condition,
	case when max(quoted) is null then 'there is no primary key, and columns rowid, _rowid_ and oid hide the rowid'
		when sum(json_type is null or json_type in ('null', 'object', 'array')) > 0
		then 'the key of the table is (' || (select group_concat(k.name, ', ') from (select name from key order by place) as k) || ')' end as problem,
	(select iif(max(m.columns) = 1 and max(m.cid) >= 0, printf('cast(%s as text)', max(m.value)),
			'''{'' || ' || group_concat(m.label || ' || ' || m.value, ' || ') || ' || ''}''') from member as m) as key_sql,
	iif(max(columns) = 1, null, (select '[' || group_concat(v.json, ', ') || ']' from (select w.json from written as w order by w.place) as v)) as key_values,
	min(coll = 'BINARY' and affinity in ('integer', 'numeric', 'text')) as is_exact, null as normal,
	null as unqualified
from (select * from written order by length(cast(name as blob)), name)
