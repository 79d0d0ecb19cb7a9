-- columns: query, name, shown
-- Tables that have lost the trigger by which policies and mode flag, or holds, know them: they
-- were made anew under their names.  The query returns the statement that creates it again.
select 'archive/table_trigger' as query, s.name, k.table_name as shown
from (select p.table_name, p.table_id from {policies} as p
	union
	select a.table_name, a.table_id from {archived_tables} as a) as k
join temp.dbcare_known as s on s.kind = 'table' and s.shown = k.table_name
where not exists (select 1 from temp.dbcare_known as t where t.kind = 'number' and t.key = cast(k.table_id as text))
union
select 'archive/hold_trigger', s.name, k.table_name
from (select distinct h.table_id, {hold_table:h} as table_name from main.dbcare_hold as h) as k
join temp.dbcare_known as s on s.kind = 'table' and s.shown = k.table_name
where not exists (select 1 from temp.dbcare_known as t where t.kind = 'hold' and t.key = cast(k.table_id as text))
order by 1, 2
