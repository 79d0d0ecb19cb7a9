-- columns: none
-- Deletes the rows with the numbers $1, a JSON array, from the trash.
delete from {.trash}
where trash_id in {postgresql:(select cast(k.value as bigint) from pg_catalog.json_array_elements_text(cast($1 as pg_catalog.json)) as k (value))}{sqlite:(select k.value from temp.json_each($1) as k)}
