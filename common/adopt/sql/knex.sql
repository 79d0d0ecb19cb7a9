-- The ledger of knex.
select cast(name as text), null, {utc:migration_time}, null, null, 'applied'
from :ledger
order by id
