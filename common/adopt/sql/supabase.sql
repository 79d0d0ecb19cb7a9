-- The ledger of Supabase.
select cast(version as text), cast(name as text), null, null, null, 'applied'
from :ledger
order by 1
