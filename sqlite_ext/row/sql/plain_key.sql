-- columns: spelling, qualifier, start, rest, key_sql
-- kept
-- Of table $2 of schema $1, if its key is its rowid: the condition that finds a row is start, a
-- literal and rest; and the expression for the key of any row.  See row/key.sql.
select 'integer' as spelling, '' as qualifier, quoted || ' = ' as start, '' as rest,
	printf('cast(%s as text)', replace({value_sql}, '@', quoted)) as key_sql
from (select name, '"' || replace(name, '"', '""') || '"' as quoted
	from temp.pragma_table_xinfo($2, $1)
	where pk = 1 and lower(type) = 'integer')
where not exists (select 1 from temp.pragma_table_xinfo($2, $1) where pk = 2)
	and not exists (select 1 from temp.pragma_index_list($2, $1) where origin = 'pk')
