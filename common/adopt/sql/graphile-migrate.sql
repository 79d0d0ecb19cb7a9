-- The ledger of graphile-migrate.
select cast(filename as text), null, {utc:date}, null, 'graphile:' || cast(hash as text), 'applied'
from :ledger
order by 1
