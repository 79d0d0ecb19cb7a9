-- columns: condition
-- The condition that row t of the trash is a deleted row of table $1: kept under the name that
-- the table had then; the table that had its present name may have another one now.
select printf('t.action = ''delete'' and t.table_name = %Q', coalesce((select max(o.was) from {old_names} as o where o.now = $1),
	iif(exists (select 1 from {old_names} as o where o.was = $1), null, $1))) as condition
