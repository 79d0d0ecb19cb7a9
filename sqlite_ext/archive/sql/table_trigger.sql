-- columns: table_id, statement
-- The number by which policies and mode flag know table $2 of schema $1, shown as $3, and
-- the statement that creates the trigger which has this number; null if the table has it.
-- The trigger does nothing: it follows the table when that is renamed.  A table that was
-- made anew under its name has lost it.
with has (table_id) as (
	select max(cast(substr(t.name, 14) as integer))
	from main.sqlite_schema as t
	where t.type = 'trigger' and t.tbl_name = $2 collate nocase and t.name glob 'dbcare_table_[0-9]*'
), known (table_id, table_name) as (
	select p.table_id, p.table_name from {policies} as p
	union all
	select a.table_id, a.table_name from {archived_tables} as a
), number (table_id) as (
	select coalesce(has.table_id, (select min(k.table_id) from known as k where k.table_name = $3),
			1 + max(coalesce((select max(k.table_id) from known as k), 0),
				coalesce((select max(cast(substr(t.name, 14) as integer)) from main.sqlite_schema as t
					where t.type = 'trigger' and t.name glob 'dbcare_table_[0-9]*'), 0)))
	from has
)
select n.table_id, iif(has.table_id is null, printf('create trigger %s."dbcare_table_%d" after delete on "%w" when 0 begin select 1; end',
	$1, n.table_id, $2), null) as statement
from number as n
cross join has
