-- columns: none
-- Replaces the measurements of a sample.
update {.sample} set readings = $2 where sample_id = $1
