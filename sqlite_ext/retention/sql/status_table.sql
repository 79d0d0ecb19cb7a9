-- columns: live_rows, query
-- The estimated rows of table $2 of schema $1, always null; and the query for its
-- marked rows: how many, since when, and how many of them satisfy $3 and not $4.
select null as live_rows,
	printf('select count(*), strftime(''%%Y-%%m-%%dT%%H:%%M:%%fZ'', min(deleted_at)), count(*) filter (where %s and not (%s)) from "%w"."%w" where deletion_id is not null',
		$3, $4, $1, $2) as query
