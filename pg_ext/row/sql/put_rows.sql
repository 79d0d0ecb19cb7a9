-- columns: none
-- Records the ctids $2 of the restored rows $1.
update dbcare.quarantine as q
set place = k.place::text
from rows from (pg_catalog.unnest($1::int8[]), pg_catalog.unnest($2::tid[])) as k (id, place)
where q.quarantine_id = k.id
