-- columns: query, statement
-- Statements to validate a rule for table $2 of schema $1: a query with
-- expression $3 and condition $4, and an UPDATE with assignments $5, null if $5
-- is; it changes no row, held or not.  A line break ends a comment at the end of a text.
select pg_catalog.format(E'select from only %I.%I where (%s\n) and (%s\n) is false',
		$1::text, $2::text, coalesce($4, 'true'), $3::text) as query,
	pg_catalog.format(E'update only %I.%I set ', $1::text, $2::text) || $5::text || E'\nwhere false' as statement
