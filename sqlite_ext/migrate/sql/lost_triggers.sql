-- columns: query, name, shown
-- Tables that have lost the trigger by which policies and mode flag, or holds, know them: they
-- were made anew under their names.  The query returns the statement that creates it again.
select 'archive/table_trigger' as query, s.name, k.table_name as shown
from (select p.table_name, p.table_id from {policies} as p
	union
	select a.table_name, a.table_id from {archived_tables} as a) as k
join main.sqlite_schema as s on s.type = 'table' and {shown:s.name} = k.table_name
where not exists (select 1 from main.sqlite_schema as t where t.type = 'trigger' and t.name = printf('dbcare_table_%d', k.table_id))
union
select 'archive/hold_trigger', s.name, k.table_name
from (select distinct h.table_id, {hold_table:h} as table_name from main.dbcare_hold as h) as k
join main.sqlite_schema as s on s.type = 'table' and {shown:s.name} = k.table_name
where not exists (select 1 from main.sqlite_schema as t where t.type = 'trigger' and t.name = printf('dbcare_hold_%d', k.table_id))
order by 1, 2
