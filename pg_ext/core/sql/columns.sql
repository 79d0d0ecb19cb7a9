-- columns: column_name
-- The columns of table $1, its name qualified as in DDL.
select a.attname::text as column_name
from pg_catalog.pg_attribute as a
where a.attrelid = cast($1 as pg_catalog.regclass) and a.attnum > 0 and not a.attisdropped
order by a.attnum
