-- columns: table_name
-- as owner
-- The tables that have held rows.
select distinct b.now as table_name
from dbcare.hold as h
join {bound_tables} as b on b.table_id = h.table_id
order by b.now
