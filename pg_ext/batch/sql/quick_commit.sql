-- columns: synchronous_commit
-- Commits this transaction without waiting for the disk while its rows are locked.
-- A crash may lose the last batches, but each together with its saved progress.
select pg_catalog.set_config('synchronous_commit', 'off', true) as synchronous_commit
