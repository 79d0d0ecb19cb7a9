-- columns: table_id
-- The number of the table with the name $1 in the log; -1: it was never logged.
select coalesce(max(table_id), -1) as table_id from main.dbcare_audited_table where table_name = $1
