-- columns: copy, remove
-- The statements that move the rows of table $1 which satisfy condition $2 to
-- table $3: their columns $4; rows whose key is there, but which are not the
-- same, condition $5, stay.
select printf('insert or ignore into %s (%s) select %s from %s where %s', $3, $4, $4, $1, $2) as copy,
	printf('delete from %s where %s and exists (select 1 from %s as a where %s)', $1, $2, $3, $5) as remove
