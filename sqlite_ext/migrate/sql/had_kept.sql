-- columns: had_kept
-- Whether any table has had triggers of dbcare that name its columns.
select exists (select 1 from main.dbcare_row_shape) or exists (select 1 from main.dbcare_audited_table)
	or exists (select 1 from main.dbcare_hold) as had_kept
