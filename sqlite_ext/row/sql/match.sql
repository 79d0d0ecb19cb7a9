-- columns: statement, problem
-- The query for the places, from 0, of the keys of JSON array $3 that table $2 of schema $1
-- takes for one of JSON array $4: the collations of its primary key compare them.  Keys of several
-- columns are arrays in the order of the key if $5, else objects.  Or why they cannot be compared: text that
-- JSON cannot have is there as bytes.
with collation as (
	select x.name, x.coll
	from temp.pragma_index_list($2, $1) as l
	join temp.pragma_index_xinfo(l.name, $1) as x
	where l.origin = 'pk' and x."key"
), key as (
	select c.name, c.pk - 1 as place, count(*) over () as columns, upper(coalesce(l.coll, 'BINARY')) as coll,
		case when lower(c.type) like '%int%' then 'number' when lower(c.type) like '%char%' or lower(c.type) like '%clob%' or lower(c.type) like '%text%' then 'text' when lower(c.type) like '%blob%' or lower(c.type) in ('', 'any') then '' else 'number' end as affinity
	from temp.pragma_table_xinfo($2, $1) as c
	left join collation as l on l.name = c.name
	where c.pk > 0
), cell as (
	-- what a value is as one of the column, and the value: what is stored may be older than its type
	select place, coll, printf('(select case iif(t = ''text'' and %Q = ''number'' and cast(a as numeric) = a, ''real'', iif(t in (''integer'', ''real'') and %Q = ''text'', ''text'', t)) when ''object'' then (select iif(o.key = ''real'', ''number'', o.key || '' bytes'') from temp.json_each(v) as o)
			when ''integer'' then ''number'' when ''real'' then ''number'' else t end from %s) as k%d,
	(select case when t = ''text'' and %Q = ''number'' and cast(a as numeric) = a then cast(a as numeric) when t in (''integer'', ''real'') and %Q = ''text'' then cast(a as text) else iif(t = ''object'', (select iif(o.key = ''real'', cast(replace(o.atom, ''Infinity'', ''9e999'') as real), o.atom) from temp.json_each(v) as o), a) end
		from %s) as v%d', affinity, affinity, member, place, affinity, affinity, member, place) as text
	from (select *, iif(columns = 1, '(select e.type as t, e.value as v, e.atom as a)',
			printf('(select m.type as t, m.value as v, m.atom as a from temp.json_each(iif(e.type in (''object'', ''array''), e.value, ''{}'')) as m where m.key = %s)',
				iif($5, place, quote(name)))) as member
		from key)
), list (text) as (
	select group_concat(text, ',
	') from (select text from cell order by place)
), same (text, problem) as (
	select group_concat(printf('k.k%d = w.k%d and case k.k%d when ''text'' then k.v%d = w.v%d collate "%w" else k.v%d = w.v%d end',
			place, place, place, place, place, coll, place, place), ' and '),
		max(iif(coll <> 'BINARY' and instr($4, char(123) || '"text": "'), printf('its text has characters that JSON cannot have, for which collation %s is not known', coll), null))
	from cell
)
select printf('with k as materialized (select e.key as number, %s from temp.json_each(%Q) as e), w as materialized (select %s from temp.json_each(%Q) as e)
select distinct k.number from k join w on %s order by 1', list.text, $3, list.text, $4, same.text) as statement, same.problem
from list
cross join same
