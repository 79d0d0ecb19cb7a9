-- columns: taken, copy, missing, remove
-- The statements that move the rows of table $1 which satisfy condition $2, so that held ones stay, to
-- table $3: their columns $4; rows whose key is there, condition $5, but which are
-- not the same, condition $6, stay: how many rows there are, and how many of that kind,
-- before they are copied, and how many are not there as they are afterwards.  Values are compared
-- without affinity, by which the text '007' is the number 7.
select printf('select count(*), coalesce(sum(exists (select 1 from %s as dbcare_target where %s and not (%s))), 0) from %s where %s', $3, $5, $6, $1, $2) as taken,
	printf('insert or ignore into %s (%s) select %s from %s where %s', $3, $4, $4, $1, $2) as copy,
	printf('select count(*) from %s where %s and not exists (select 1 from %s as dbcare_target where %s and %s)', $1, $2, $3, $5, $6) as missing,
	printf('delete from %s where %s and exists (select 1 from %s as dbcare_target where %s and %s)', $1, $2, $3, $5, $6) as remove
