-- The ledger of Alembic: its heads; what came before them, only its files tell.
select cast(version_num as text), null, null, null, null, 'applied'
from :ledger
order by 1
