-- columns: objects
select objects
from {.manifest}
where name = $1
