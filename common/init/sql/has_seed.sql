-- columns: name, policy
-- Seeds that were applied.
select name, cast(null as text) as policy
from {.seed}
where applied_at is not null
