-- columns: row_key, wanted, stored
-- The rows of a seed as they were last seeded.
select row_key, wanted, stored
from {.seed_row}
where seed_name = $1
order by row_key
