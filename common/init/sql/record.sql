-- columns: objects, author
select objects, author
from {.manifest}
where name = $1
