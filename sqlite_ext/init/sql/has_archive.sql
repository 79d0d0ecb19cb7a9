-- columns: name, policy
-- Tables that keep deleted rows, and have the trigger that mode trash needs.
select a.table_name as name, null as policy
from main.dbcare_archived_table as a
where a.mode <> 'trash' or exists (select 1 from main.sqlite_schema as t
	where t.type = 'trigger' and t.name = 'dbcare_trash_' || t.tbl_name and {shown:t.tbl_name} = a.table_name)
