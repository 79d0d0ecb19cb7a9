-- columns: version, registered_at
-- Since when migrations are registered with their present text, oldest first.
select version, {iso:registered_at} as registered_at
from {.migration}
order by registered_at, version
