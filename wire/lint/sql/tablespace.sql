-- columns: is_named
-- Whether the tablespace $1, that of the database if it is 0, is named $2.
select t.spcname = $2 as is_named
from pg_catalog.pg_tablespace as t
where t.oid = case cast($1 as pg_catalog.int8) when 0
	then (select d.dattablespace from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
	else cast($1 as pg_catalog.oid) end
order by 1
