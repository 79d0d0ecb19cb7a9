-- columns: none
-- Records the process that runs a backfill.
update main.dbcare_backfill
set runner = $2, changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
where name = $1
