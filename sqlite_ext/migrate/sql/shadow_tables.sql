-- columns: name
-- Tables that belong to virtual ones.
select t.name
from temp.pragma_table_list as t
where t.schema = 'main' and t.type = 'shadow'
order by t.name
