-- columns: integrity_check
-- Damage in table $1; no row if there is none.  Rows that break a constraint are
-- left out unless $2: a copy has tried them.  So are types of values: SQLite 3.40
-- reports numbers as text in columns with a text default.
select integrity_check
from temp.pragma_integrity_check($1, 'main')
where integrity_check <> 'ok'
	and integrity_check not glob 'TEXT value in *'
	and integrity_check not glob 'NUMERIC value in *'
	and ($2 or (integrity_check not glob 'NULL value in *'
		and integrity_check not glob 'CHECK constraint failed in *'))
limit 1
