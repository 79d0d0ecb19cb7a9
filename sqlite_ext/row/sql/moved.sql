-- columns: table_name, key_before, key_now
-- Tables, $1 or all if that is null, whose deleted rows are kept, and whose columns, or those of their key, have the same names in
-- another order now: the table was created again by hand, so that no trigger of dbcare is on it by which it is known.  The names
-- of the columns of the key then and now.
with last as (
	select r.table_name, r.definition, r.schema_row, r.columns, max(r.shape_id)
	from main.dbcare_row_shape as r
	where r.table_name in (select $1 where $1 is not null union all select w.table_name from main.dbcare_row_shape as w where $1 is null)
	group by r.table_name
), pair as materialized (
	select l.table_name, n.place <> l.schema_row as is_other, json(dbcare_table_key(l.definition)) as key_before,
		(select json_group_array(k.name) from (select x.name from temp.pragma_table_xinfo(n.name, 'main') as x where x.pk > 0 order by x.pk) as k) as key_now,
		(select json_group_array(json_extract(g.value, '$.name')) from temp.json_each(l.columns) as g) as before,
		(select json_group_array(k.name) from (select x.name from temp.pragma_table_xinfo(n.name, 'main') as x where x.hidden <> 1 order by x.cid) as k) as now
	from last as l
	cross join temp.dbcare_known as n on n.kind = 'table' and n.shown = l.table_name
	cross join main.sqlite_schema as s on s.rowid = n.place and s.sql <> l.definition
	where not exists (select 1 from temp.dbcare_known as t where t.kind in ('trash', 'link', 'hold', 'number') and t.shown = n.shown)
), compared as (
	select p.*, json_array_length(key_before) = json_array_length(key_now)
			and not exists (select 1 from temp.json_each(key_before) as o where o.atom not in (select n.atom from temp.json_each(key_now) as n)) as is_same_key,
		json_array_length(before) = json_array_length(now)
			and not exists (select 1 from temp.json_each(before) as o where o.atom not in (select n.atom from temp.json_each(now) as n)) as is_same
	from pair as p
)
select c.table_name, c.key_before, c.key_now
from compared as c
where (c.key_before <> c.key_now and (c.is_same_key or c.is_same) or c.is_other and c.before <> c.now and c.is_same)
	and exists (select 1 from main.dbcare_trash as t where t.table_name = c.table_name)
order by c.table_name
