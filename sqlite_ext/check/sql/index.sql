-- columns: is_index, name, type, wr, strict, sql
-- Index $1 of main; see check/verify_object.c.
select 1 as is_index, name, type, 0 as wr, 0 as strict, coalesce(sql, '') as sql
from main.sqlite_schema
where type = 'index' and name = $1 collate nocase
