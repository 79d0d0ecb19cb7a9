-- columns: sample_id, taken_at
-- The times of all samples in ascending order.
select sample_id, {iso:taken_at} as taken_at
from {.sample}
order by sample_id
