-- columns: condition, shown, bytes, lock
-- The condition that a row of table $2 of schema $1 is $4 days old by its column
-- $3: text that begins with a date, an integer of seconds or milliseconds since 1970, or a
-- real number, a Julian day or seconds since 1970.  Other values have no age: a time
-- alone is of the year 2000 to SQLite, and 20201231 would be seconds of 1970.
-- And expressions for the column as text, and the bytes of a row;
-- a transaction locks the table anyway.
select replace(printf('case typeof(@) when ''text'' then @ glob ''[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'' and julianday(@) <= %.6f '
	|| 'when ''integer'' then @ not between -99999999 and 99999999 and iif(@ not between -99999999999 and 99999999999, @ / 1000, @) <= %d '
	|| 'when ''real'' then case when @ between 1721425.5 and 5373484.5 then (@ - 2440587.5) * 86400.0 <= %d '
	|| 'else @ not between -99999999 and 99999999 and @ <= %d end end',
	julianday('now', '-' || $4 || ' days'), strftime('%s', 'now', '-' || $4 || ' days'),
	strftime('%s', 'now', '-' || $4 || ' days'), strftime('%s', 'now', '-' || $4 || ' days')), '@', printf('"%w"."%w"', $2, c.name)) as condition,
	printf('cast("%w"."%w" as text)', $2, c.name) as shown,
	(select group_concat(printf('coalesce(length(cast("%w"."%w" as blob)), 0)', $2, b.name), ' + ')
		from temp.pragma_table_info($2, $1) as b) as bytes, null as lock
from temp.pragma_table_xinfo($2, $1) as c
where lower(c.name) = lower($3)
