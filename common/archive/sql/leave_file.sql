-- columns: none
-- Stores the file that column $3 names of the row $4 with key $2 of table $1,
-- which $5 has deleted for good; $6 is the number of the table on PostgreSQL.
insert into {.left_file} (file_id, table_name, row_key, column_name, path, left_by{postgresql:, table_id, is_secured})
select {next:left_file_file_id_seq}, $1, coalesce($2, 'null'), $3, v.path, $5{postgresql:, $6, coalesce((select k.is_secured from dbcare.known_table as k where k.table_id = $6), true)}
from (select {postgresql:pg_catalog.jsonb_extract_path_text(cast($4 as pg_catalog.jsonb), cast($3 as text))}{sqlite:(select e.value from temp.json_each($4) as e where e.key = $3 and e.type = 'text')} as path) as v
where v.path is not null and coalesce($6, 0) >= 0
