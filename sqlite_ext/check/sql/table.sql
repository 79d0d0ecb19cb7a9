-- columns: name, type, wr, strict
-- The table $1 in schema $2: its name, type and options.
select name, type, wr, strict
from temp.pragma_table_list($1)
where "schema" = $2 collate nocase and name = $1 collate nocase
order by name
