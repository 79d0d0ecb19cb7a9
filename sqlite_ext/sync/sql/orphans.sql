-- columns: orphans, parent
-- Rows of table $2 of schema $1 whose parent is missing.
select count(*) as orphans, min(parent) as parent
from temp.pragma_foreign_key_check($2, $1)
