-- columns: sample_id
-- Stores a sample.
insert into {.sample} (sample_id, taken_at, epoch, readings)
select coalesce(max(sample_id), 0) + 1, cast($1 as {timestamp}), $2, $3
from {.sample}
returning sample_id
