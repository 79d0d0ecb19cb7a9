-- columns: unchanged
-- Whether the applied text of migration $1 is the registered one; no row if the
-- migration is not applied.  Runs after migrate/step_lock.
select coalesce(l.checksum = m.checksum, {false}) as unchanged
from {.ledger} as l
left join {.migration} as m on m.version = l.version
where l.version = $1
