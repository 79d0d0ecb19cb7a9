-- columns: table_name, call, problem
-- The calls that purge all tables with deleted rows, with options $1.
with known (table_name) as (
	select table_name from main.dbcare_trash where action = 'delete'
	union
	select table_name from main.dbcare_archived_table where mode = 'flag'
)
select k.table_name, iif(s.name is null, null, printf('select dbarchive_purge(%Q, %Q)', k.table_name, $1)) as call,
	'the table does not exist' as problem
from known as k
left join main.sqlite_schema as s on s.type = 'table' and {shown:s.name} = k.table_name
order by k.table_name
