-- columns: mode
-- How deleted rows of the table with OID $1 are kept, if it has the name $2 that dbcare first knew it by, in the cluster and
-- database $3: archive/table finds it in any case, and takes longer.
select a.mode
from dbcare.known_table as k
join dbcare.archived_table as a on a.table_id = k.table_id
where k.relid = cast($1 as pg_catalog.oid) and k.table_name = $2 and k.place = $3
