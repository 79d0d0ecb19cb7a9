-- columns: pid
-- The process that has locked work $1 and renewed that within the last minute.
select pid
from main.dbcare_runner
where work = $1 and changed_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-60 seconds')
