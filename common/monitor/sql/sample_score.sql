-- columns: none
-- Replaces what a sample measured.
update {.sample} set readings = $2 where sample_id = $1
