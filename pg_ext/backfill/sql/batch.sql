-- columns: synchronous_commit
-- Has the commit of this transaction not wait for the disk, while its rows are
-- locked: a crash may take back the batches of the last moment, and with them, as
-- they are one transaction each, the note that they are done.
select pg_catalog.set_config('synchronous_commit', 'off', true) as synchronous_commit
