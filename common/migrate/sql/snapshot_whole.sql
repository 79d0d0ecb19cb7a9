-- columns: whole
-- Whether the schema was stored with all that dbmigrate_diff() needs.
select s.whole
from {.snapshot} as s
where s.whole
