-- columns: sample_id, taken_at
-- When each sample was taken, in their order.
select sample_id, {iso:taken_at} as taken_at
from {.sample}
order by sample_id
