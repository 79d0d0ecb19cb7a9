-- columns: query
-- The query, up to a further condition, for the files that column $4 names of rows
-- of table $2 of schema $1, shown as $3, with key $5, an expression, and number $6:
-- as rows of the trash.
select printf('select %Q, %s, json_object(%Q, "%w"), %d from "%w"."%w" where typeof("%w") = ''text'' and ', $3, $5, $4, c.name, $6, $1, $2, c.name) as query
from temp.pragma_table_xinfo($2, $1) as c
where c.name = $4
