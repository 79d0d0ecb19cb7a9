-- columns: name, policy
select table_name as name, name as policy
from {policies} as o
