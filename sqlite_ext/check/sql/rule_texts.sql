-- columns: query, statement
-- Statements to validate a rule for table $2 of schema $1: a query with
-- expression $3 and condition $4, and an UPDATE with assignments $5, null if $5
-- is.  A line break ends a comment at the end of a text.  The UPDATE ends with
-- an assignment, so that $5 cannot contain a FROM clause.
select printf('select 1 from "%w"."%w" where (%s%s) and not (%s%s)',
		$1, $2, coalesce($4, '1'), char(10), $3, char(10)) as query,
	printf('update "%w"."%w" set ', $1, $2) || $5
		|| printf('%s, "%w" = "%w" where 0', char(10), name, name) as statement
from temp.pragma_table_xinfo($2, $1)
where hidden = 0
order by cid
limit 1
