-- The ledger of dbmate.
select cast(version as text), null, null, null, null, 'applied'
from :ledger
order by 1
