-- columns: trash_id
-- as owner
-- A row that the trash has of table $1.
select trash_id from {.trash} where table_name = $1 and action = 'delete' limit 1
