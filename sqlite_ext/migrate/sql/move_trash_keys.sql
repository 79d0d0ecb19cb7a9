-- columns: none
-- Gives the keys of deleted rows of table $1 the order $3 of its columns; it was $2.
update main.dbcare_trash set key_values = {moved_key}
where (table_name = $1 or table_name in (select o.was from {old_names} as o where o.now = $1)) and {is_moved_key}
