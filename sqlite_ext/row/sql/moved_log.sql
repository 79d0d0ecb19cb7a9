-- columns: table_name
-- Logged tables, $1 or all that are to be logged if that is null, whose key has other columns now, or the same names in another
-- order, and that have no trigger which would tell what became of these columns: the table was created again by hand, or the
-- columns were renamed while it was not logged.
select k.table_name
from (select a.table_name,
		(select json_group_array(o.name) from (select json_extract(g.value, '$.name') as name
			from temp.json_each((select s.columns from main.dbcare_audit_shape as s where s.table_id = a.table_id order by s.shape_id desc limit 1)) as g
			where json_extract(g.value, '$.key') is not null
			order by json_extract(g.value, '$.key')) as o) as before,
		{key_columns:a.table_name} as now
	from main.dbcare_audited_table as a
	where (a.table_name = $1 or $1 is null and a.disabled_at is null)
		and not exists (select 1 from temp.dbcare_known as t where t.kind = 'audit' and t.key = printf('dbcare_audit_%d_update', a.table_id))
		and not exists (select 1 from temp.dbcare_known as t where t.kind in ('audit', 'column') and t.shown = a.table_name)) as k
where k.now <> '[]' and k.before not in ('[]', k.now)
order by 1
