-- When the schema was kept, and the last applied version then.
select {iso:s.taken_at}, s.version
from {.snapshot} as s
order by s.taken_at desc
