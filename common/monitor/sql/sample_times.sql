-- columns: sample_id, taken_at, has_score
-- The times of all samples in ascending order, and whether checks ran with them.
select sample_id, {iso:taken_at} as taken_at, readings like '%"score"%' as has_score
from {.sample}
order by sample_id
