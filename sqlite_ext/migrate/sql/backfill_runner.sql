-- columns: pid
-- The process that has run a backfill within the last minute.
select runner as pid
from main.dbcare_backfill
where name = $1 and state = 'running' and changed_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-60 seconds')
