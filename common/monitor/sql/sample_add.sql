-- columns: sample_id
-- Stores a sample, with failed statements on PostgreSQL.
insert into {.sample} (sample_id, taken_at, epoch, readings{postgresql:, errors})
select coalesce(max(sample_id), 0) + 1, cast($1 as {timestamp}), $2, $3{postgresql:, cast($4 as text)}
from {.sample}
returning sample_id
