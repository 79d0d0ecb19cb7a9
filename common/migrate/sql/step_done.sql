-- columns: version
-- Whether migration $1 is applied as it is registered, seen from after
-- migrate/step_lock.
select m.version
from {.migration} as m
join {.ledger} as l on l.version = m.version and l.checksum = m.checksum
where m.version = $1
