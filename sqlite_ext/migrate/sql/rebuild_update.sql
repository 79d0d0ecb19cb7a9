-- columns: statement
-- An UPDATE of all columns of a table or view $2 in schema $1.
select printf('update "%w"."%w" set ', $1, $2) ||
	group_concat(printf('"%w" = "%w"', name, name), ', ') as statement
from temp.pragma_table_xinfo($2, $1)
where hidden = 0
