-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of knex.
select cast(name as text) as key, null as name, {utc:migration_time} as applied_at, null as applied_by, null as checksum, 'applied' as state
from :ledger
order by id
