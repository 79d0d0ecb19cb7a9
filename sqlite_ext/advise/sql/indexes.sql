-- columns: name, keys
-- The indexes of table $2 of schema $1, with their columns as a JSON array; null
-- for one that is partial or has expressions, collations or descending columns.
-- An INTEGER PRIMARY KEY has no index; it is a row without a name.
select i.name,
	case when not i.partial and not exists (
			select 1 from temp.pragma_index_xinfo(i.name, $1)
			where key and (cid = -2 or "desc" or coll <> 'BINARY'))
		then (
			select json_group_array(k.name)
			from (select name from temp.pragma_index_info(i.name, $1) order by seqno) as k)
		end as keys
from temp.pragma_index_list($2, $1) as i
union all
select null, json_array(name)
from temp.pragma_table_info($2, $1)
where pk and 1 = (select count(*) from temp.pragma_table_info($2, $1) where pk)
	and not exists (
		select 1 from temp.pragma_index_list($2, $1) where origin = 'pk')
