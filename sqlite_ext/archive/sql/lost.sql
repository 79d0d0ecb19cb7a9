-- columns: column_name
-- A column that was added to table $2 before rows of it with the columns $3 were deleted
-- in batch $1, or row $4 of the trash, and that the trigger did not know; null: there is
-- none.  ADD COLUMN puts a column behind the others.
select min(n.value) as column_name
from main.dbcare_trash as t
join main.dbcare_row_shape as s on s.shape_id = t.shape_id
join temp.json_each(dbcare_table_columns(t.definition)) as n on n.key >= json_array_length(s.columns)
where {in_batch} and t.action = 'delete' and t.table_name = $2 and t.shape_id = $3 and t.trash_id = coalesce($4, t.trash_id)
	and t.definition is not null
