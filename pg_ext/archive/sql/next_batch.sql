-- columns: batch_id
-- The number of a new batch.
select {next:trash_batch} as batch_id
