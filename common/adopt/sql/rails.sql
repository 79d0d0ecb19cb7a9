-- The ledger of Rails.
select cast(version as text), null, null, null, null, 'applied'
from :ledger
order by 1
