-- The ledger of node-pg-migrate.
select cast(name as text), null, {utc:run_on}, null, null, 'applied'
from :ledger
order by id
