-- columns: taken, copy, missing, remove
-- The statement that moves the rows of table $1 which satisfy condition $2, so that held ones stay, to
-- table $3: their columns $4, as texts $6; rows whose key is there, condition $5,
-- stay; condition $7, the range of the keys, keeps planners from reading all rows that are
-- there.  It tells how many rows have left the table, and how many of them the other
-- one does not have as they were.
select cast(null as text) as taken, cast(null as text) as copy, cast(null as text) as missing,
	pg_catalog.format('with gone as (delete from %1$s where %2$s and not exists (select from %3$s as dbcare_target where %5$s and %7$s) returning %4$s), '
		'kept as (insert into %3$s (%4$s) select %4$s from gone returning %4$s) '
		'select (select pg_catalog.count(*) from gone), '
		'(select pg_catalog.count(*) from (select %6$s from gone except all select %6$s from kept) as lost)',
	cast($1 as text), cast($2 as text), cast($3 as text), cast($4 as text), cast($5 as text), cast($6 as text), cast($7 as text)) as remove
