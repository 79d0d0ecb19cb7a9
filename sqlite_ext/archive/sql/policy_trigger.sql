-- columns: table_id, statement
-- The number by which the policies of table $2 of schema $1, shown as $3, know it, and the
-- statement that creates the trigger which has this number; null if the table has it.  The
-- trigger does nothing: it follows the table when that is renamed.  A table that was made
-- anew under its name has lost it.
with has (table_id) as (
	select max(cast(substr(t.name, 15) as integer))
	from main.sqlite_schema as t
	where t.type = 'trigger' and t.tbl_name = $2 collate nocase and t.name glob 'dbcare_policy_[0-9]*'
), number (table_id) as (
	select coalesce(has.table_id, (select min(p.table_id) from {policies} as p where p.table_name = $3),
			1 + max(coalesce((select max(p.table_id) from main.dbcare_policy as p), 0),
			coalesce((select max(cast(substr(t.name, 15) as integer)) from main.sqlite_schema as t
				where t.type = 'trigger' and t.name glob 'dbcare_policy_[0-9]*'), 0)))
	from has
)
select n.table_id, iif(has.table_id is null, printf('create trigger %s."dbcare_policy_%d" after delete on "%w" when 0 begin select 1; end', $1, n.table_id, $2), null) as statement
from number as n
cross join has
