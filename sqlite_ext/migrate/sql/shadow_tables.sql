-- columns: name
-- Shadow tables of virtual tables.
select t.name
from temp.pragma_table_list as t
where t.schema = 'main' and t.type = 'shadow'
order by t.name
