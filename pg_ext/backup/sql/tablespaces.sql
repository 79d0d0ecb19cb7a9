-- columns: name, location
-- Tablespaces outside the data directory.
select t.spcname as name, pg_catalog.pg_tablespace_location(t.oid) as location
from pg_catalog.pg_tablespace as t
where pg_catalog.pg_tablespace_location(t.oid) <> ''
order by t.spcname
