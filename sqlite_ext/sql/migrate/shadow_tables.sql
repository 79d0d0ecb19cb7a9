-- Tables that belong to virtual ones.
select t.name
from pragma_table_list as t
where t.schema = 'main' and t.type = 'shadow'
order by t.name
