-- columns: table_name
-- The present name of the table with number $1, which had the name $2 when it was enabled.
select coalesce((select {shown:t.tbl_name} from main.sqlite_schema as t where t.type = 'trigger' and t.name = printf('dbcare_audit_%d_update', $1)), $2) as table_name
