-- columns: name
-- The column of table $2 in schema $1 with the name $3, written as in SQL:
-- quoted or not, in any case.
select name
from temp.pragma_table_xinfo($2, $1)
where $3 collate nocase in (name, printf('"%w"', name), '[' || name || ']',
	'`' || replace(name, '`', '``') || '`')
order by name
