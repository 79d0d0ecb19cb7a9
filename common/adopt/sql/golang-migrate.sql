-- The ledger of golang-migrate: where it is, one row or none.
select cast(version as text), null, null, null, null,
	case when dirty then 'failed' else 'applied' end
from :ledger
