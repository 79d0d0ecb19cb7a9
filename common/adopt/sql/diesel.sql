-- The ledger of diesel.
select cast(version as text), null, {utc:run_on}, null, null, 'applied'
from :ledger
order by 1
