-- columns: integrity_check
-- What is damaged in table $1; no row if nothing is.  What integrity_check says of
-- values is left out: the rebuild has compared them, and SQLite 3.40 takes
-- numbers for text where a column has text as its default.
select integrity_check
from temp.pragma_integrity_check($1, 'main')
where integrity_check <> 'ok'
	and integrity_check not glob 'TEXT value in *'
	and integrity_check not glob 'NUMERIC value in *'
	and integrity_check not glob 'NULL value in *'
	and integrity_check not glob 'CHECK constraint failed in *'
limit 1
