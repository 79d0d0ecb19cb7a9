-- columns: name, type, nullable, generated, key
-- The columns of table $2 of schema $1; whether values of them may be nulls, and
-- are computed; their places in the primary key, 0 outside it.
select name, upper(type) as type,
	not ("notnull" or (pk > 0 and type = 'INTEGER' collate nocase and max(pk) over () = 1)) as nullable,
	hidden in (2, 3) as generated, pk as key
from temp.pragma_table_xinfo($2, $1)
where hidden <> 1
order by cid
