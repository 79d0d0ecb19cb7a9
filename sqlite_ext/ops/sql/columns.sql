-- columns: name, type, not_null, generated, key
-- The columns of table $2 of schema $1; whether they are NOT NULL, and are
-- computed; their places in the primary key, 0 outside it.
select name, upper(type) as type, "notnull" as not_null, hidden in (2, 3) as generated, pk as key
from temp.pragma_table_xinfo($2, $1)
where hidden <> 1
order by cid
