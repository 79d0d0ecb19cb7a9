-- columns: table_name, reason, since_at
-- Since when tables have been due for autovacuum.
select v.table_name, v.reason, {iso:v.since_at} as since_at
from dbcare.vacuum_due as v
order by v.table_name, v.reason
