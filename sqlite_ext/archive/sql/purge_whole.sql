-- columns: is_whole
-- Whether archive/purge deletes all rows of the trash after number $1 up to $2, if
-- it deletes the batches at both ends: all were deleted from table $4 until $3, and
-- none is held.
select not exists (select 1 from main.dbcare_trash as t
		where t.trash_id > $1 and t.trash_id <= $2 and (t.deleted_at > $3 or t.table_name <> $4 or t.action <> 'delete'))
	and case when exists (select 1 from main.dbcare_hold)
		then not exists (select 1 from {held} where b.trash_id > $1 and b.trash_id <= $2) else 1 end as is_whole
