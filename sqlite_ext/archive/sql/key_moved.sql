-- columns: table_name, before, now
-- Tables, $1 or all if that is null, whose deleted rows are kept by a key that has the same columns in another order now: the
-- table was created again by hand, so that no trigger of dbcare is on it by which it is known.  The names of the columns then and now.
with last as (
	select r.table_name, r.definition, max(r.shape_id)
	from main.dbcare_row_shape as r
	where r.table_name = coalesce($1, r.table_name)
	group by r.table_name
), pair as materialized (
	select s.name, l.table_name, dbcare_table_key(l.definition) as before,
		(select json_group_array(k.name) from (select x.name from temp.pragma_table_xinfo(s.name, 'main') as x where x.pk > 0 order by x.pk) as k) as now
	from last as l
	join main.sqlite_schema as s on s.type = 'table' and {shown:s.name} = l.table_name and s.sql <> l.definition
	where not exists (select 1 from main.sqlite_schema as t where t.type = 'trigger' and t.tbl_name = s.name 
		and (t.name glob 'dbcare_trash_*' or t.name glob 'dbcare_hold_[0-9]*' or t.name glob 'dbcare_table_[0-9]*'))
)
select p.table_name, p.before, p.now
from pair as p
where json(p.before) <> p.now and json_array_length(p.before) = json_array_length(p.now)
	and (select count(*) from temp.json_each(p.now) as n join temp.json_each(p.before) as o on o.atom = n.atom) = json_array_length(p.now)
order by p.table_name
