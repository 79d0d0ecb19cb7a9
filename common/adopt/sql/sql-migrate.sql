-- The ledger of sql-migrate.
select cast(id as text), null, {utc:applied_at}, null, null, 'applied'
from :ledger
order by applied_at, 1
