-- The ledger of Django.
select cast(app as text) || '::' || cast(name as text), cast(name as text),
	{utc:applied}, null, null, 'applied'
from :ledger
order by id
