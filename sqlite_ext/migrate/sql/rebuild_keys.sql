-- columns: name, columns
-- The automatic indexes of table $1 by the names that ANALYZE gives them, and
-- their columns; $2 is whether the table is WITHOUT ROWID.
select iif($2 and origin = 'pk', $1, name) as name, group_concat(lower(column), char(10)) as columns
from (select i.name, i.origin, c.name as column
	from temp.pragma_index_list($1, 'main') as i
	join temp.pragma_index_info(i.name, 'main') as c
	where i.origin <> 'c'
	order by i.seq, c.seqno)
group by name, origin
order by 1
