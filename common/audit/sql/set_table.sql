-- columns: table_id
-- Records that changes of the table with number $5, which has the name $1, are
-- logged in mode $2 with options $3; by $4, if they were not before.
update {.audited_table}
set table_name = $1, mode = $2, options = $3,
	enabled_at = case when disabled_at is null then enabled_at else {now} end,
	enabled_by = case when disabled_at is null then enabled_by else $4 end,
	disabled_at = null{sqlite:, gap_version = null}
where table_id = $5 and $6 >= 0
returning table_id
