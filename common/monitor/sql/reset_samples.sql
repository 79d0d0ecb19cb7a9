-- columns: none
-- Deletes all samples.
delete from {.sample}
