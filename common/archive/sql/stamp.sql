-- columns: assignments
-- What marks a row as deleted by $1 in batch $2.
select {postgresql:pg_catalog.format('deleted_at = %L::pg_catalog.timestamptz, deleted_by = %L, deletion_id = %s', pg_catalog.clock_timestamp(), $1, $2)}{sqlite:printf('deleted_at = %Q, deleted_by = %Q, deletion_id = %d', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), $1, $2)} as assignments
