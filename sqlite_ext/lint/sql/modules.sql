-- columns: name
-- Modules of virtual tables, which can be tables by themselves.
select name
from temp.pragma_module_list
