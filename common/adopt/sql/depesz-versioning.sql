-- The ledger of Versioning.
select cast(patch_name as text), null, {utc:applied_tsz}, cast(applied_by as text), null, 'applied'
from :ledger
order by applied_tsz, 1
