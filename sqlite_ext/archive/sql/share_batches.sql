-- columns: has_batches
-- Whether table $2 has rows in a batch with deleted rows of table $1.
select exists (select 1 from main.dbcare_trash as t
	where t.table_name = $1 and t.batch_id in (select o.batch_id from main.dbcare_trash as o where o.table_name = $2)) as has_batches
