-- columns: sample_id, taken_at, epoch, readings
-- The sample taken last, even if the clock was set back.
select s.sample_id, {iso:s.taken_at} as taken_at, s.epoch, s.readings
from {.sample} as s
order by s.sample_id desc
limit 1
