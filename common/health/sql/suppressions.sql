-- columns: check_id, object_pattern, reason, until_at, created_at, created_by
-- All suppressions, including expired ones.
select check_id, object_pattern, reason, {iso:until_at} as until_at, {iso:created_at} as created_at, created_by
from {.suppression}
order by check_id{postgresql: collate pg_catalog."C"}, object_pattern{postgresql: collate pg_catalog."C"}
