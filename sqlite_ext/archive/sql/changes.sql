-- columns: change, old_name, new_name, value_before, value_now
-- What has become of the columns $1 of kept rows in table $3 of schema $2.  For change
-- see archive/shape.c.  A column that was added has the default, which is constant, in
-- rows that were there before, as in those that are inserted without it.  $4 is for
-- PostgreSQL.
with old as materialized (
	select json_extract(g.value, '$.n') as n, json_extract(g.value, '$.name') as name, json_extract(g.value, '$.generated') as generated, g.key as pos
	from main.dbcare_row_shape as s
	join temp.json_each(s.columns) as g
	where s.shape_id = $1 and $4 is not null
), numbered as materialized (
	select json_extract(g.value, '$.n') as n, json_extract(g.value, '$.name') as name
	from temp.json_each((select s.columns from main.dbcare_row_shape as s
		where s.table_name = (select {shown:t.name} from main.sqlite_schema as t where t.type = 'table' and t.name = $3)
		order by s.shape_id desc limit 1)) as g
), present as materialized (
	select g.n, c.name, c.hidden > 0 as is_generated, c."notnull" as is_required, c.cid,
		c.dflt_value as fallback, lower(c.dflt_value) as word, lower(c.type) as type
	from temp.pragma_table_xinfo($3, $2) as c
	cross join numbered as g on g.name = c.name
)
select change, old_name, new_name, value_before, value_now
from (select case when p.n is null then iif(old.name in (select o.name from present as o), 'uncertain', 'gone')
		when p.is_generated and old.generated is null then 'computed'
		when old.name <> p.name then 'renamed' end as change,
	old.name as old_name, p.name as new_name, null as value_before, null as value_now, old.pos
from old
left join present as p on p.n = old.n
union all
select case when p.is_generated then 'computed'
		when p.fallback is null then iif(p.is_required, 'unknown', 'added')
		-- rows that were there before have another text of the number
		when p.word glob '*[.e]*' and p.word glob '[0-9.+-]*' and (p.type like '%char%' or p.type like '%clob%' or p.type like '%text%') then 'unknown'
		when p.word in ('null', 'true', 'false') or p.word glob '''*''' or p.word glob 'x''*'''
			or p.word not glob '*[^0-9.e+-]*' and p.word glob '*[0-9]*' then 'added'
		else 'unknown' end,
	null, p.name, null, null, 10000 + p.cid
from present as p
where p.n not in (select n from old)
	-- one of the row that may be another is enough
	and p.name not in (select o.name from old as o where o.n not in (select n from present))
order by 6)
