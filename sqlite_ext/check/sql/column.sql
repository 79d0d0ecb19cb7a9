-- columns: name
-- The column of table $2 in schema $1 that $3 is the name of, as in SQL: in
-- quotes of any kind or without; its case does not matter.
select name
from temp.pragma_table_xinfo($2, $1)
where $3 collate nocase in (name, printf('"%w"', name), '[' || name || ']',
	'`' || replace(name, '`', '``') || '`')
order by name
