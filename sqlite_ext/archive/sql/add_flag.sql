-- columns: batch_id
-- Stores the batch that begins with row $2 of table $1, deleted by $3 because of
-- $4: one row, until archive/count_flag says another number.  Its number is that of the
-- row, as for deleted rows.
insert into main.dbcare_trash (batch_id, action, table_name, row_key, row_data, deleted_at, deleted_by, reason)
values (1 + max(coalesce((select max(trash_id) from main.dbcare_trash), 0),
		coalesce((select seq from main.sqlite_sequence where name = 'dbcare_trash'), 0)),
	'flag', $1, $2, '1', {now}, $3, $4)
returning batch_id
