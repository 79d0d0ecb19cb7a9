-- columns: batch_id
-- The number of a new batch: that of its first row.
select 1 + max(coalesce((select max(trash_id) from main.dbcare_trash), 0),
	coalesce((select seq from main.sqlite_sequence where name = 'dbcare_trash'), 0)) as batch_id
