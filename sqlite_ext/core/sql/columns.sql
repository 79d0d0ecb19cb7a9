-- columns: column_name
-- The columns of table $1, its name qualified as in DDL.
select name as column_name
from temp.pragma_table_info(substr($1, instr($1, '.') + 1), trim('main.', '".'))
