-- columns: condition
-- The condition that a row of table $1 with key $2, an expression, is held.
select {postgresql:pg_catalog.format('%s in (select h.row_key from dbcare.hold as h where h.table_name = %L)', $2, $1)}{sqlite:printf('%s in (select h.row_key from main.dbcare_hold as h where h.table_name = %Q)', $2, $1)} as condition
