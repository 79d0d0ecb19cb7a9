-- columns: name
-- as owner
-- Those of the names $2, a JSON array, that no file with archived rows in directory $1 has.
select n.value as name
from {listed:$2} as n
where n.value not in (select a.name from {.archive_file} as a where a.directory = $1)
order by n.value
