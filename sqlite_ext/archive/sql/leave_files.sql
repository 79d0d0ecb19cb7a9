-- columns: statement
-- The statement, up to a further condition, that stores the files that column $4
-- names of rows of table $2 of schema $1, shown as $3, with key $5, an
-- expression, which $6 deletes for good.
select printf('insert into main.dbcare_left_file (table_name, row_key, column_name, path, left_by) '
	|| 'select %Q, %s, %Q, "%w", %Q from "%w"."%w" where typeof("%w") = ''text'' and ', $3, $5, $4, c.name, $6, $1, $2, c.name) as statement
from temp.pragma_table_xinfo($2, $1) as c
where c.name = $4
