-- columns: version, checksum, objects
select version, checksum, objects
from {.manifest}
where name = $1
