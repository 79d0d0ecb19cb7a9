-- columns: name, policy
select table_name as name, cast(null as text) as policy
from {.archived_table}
