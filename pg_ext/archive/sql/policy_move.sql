-- columns: copy, remove
-- The statement that moves the rows of table $1 which satisfy condition $2 to
-- table $3: their columns $4; rows whose key is there, condition $5, stay.
select cast(null as text) as copy, pg_catalog.format('with gone as (delete from %s where %s and not exists '
	'(select from %s as a where %s) returning %s) insert into %s (%s) select %s from gone',
	cast($1 as text), cast($2 as text), cast($3 as text), cast($5 as text), cast($4 as text), cast($3 as text),
	cast($4 as text), cast($4 as text)) as remove
