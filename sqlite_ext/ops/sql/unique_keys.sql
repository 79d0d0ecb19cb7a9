-- columns: columns
-- The columns of each unique index of table $2 of schema $1 that an upsert can
-- use, as JSON arrays.
select json_group_array(i.name) as columns
from temp.pragma_index_list($2, $1) as l
join temp.pragma_index_info(l.name, $1) as i
where l."unique" and not l.partial
group by l.seq
having count(i.name) = count(*)
union all
select json_group_array(name)
from temp.pragma_table_xinfo($2, $1)
where pk > 0
group by pk > 0
