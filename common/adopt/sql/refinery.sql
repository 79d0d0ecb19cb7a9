-- The ledger of refinery, whose checksums only it can make.
select cast(version as text), cast(name as text), {utc:applied_on}, null, null, 'applied'
from :ledger
order by version
