-- columns: name, version, environment, first_run_at, run_at, run_by
select name, version, environment, {iso:first_run_at} as first_run_at, {iso:run_at} as run_at, run_by
from {.manifest}
order by name
