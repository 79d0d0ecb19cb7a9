-- columns: none
-- Records the new ctids $2 and the new state $3 of rows $1.
update dbcare.quarantine as q
set place = k.place, row_left = k.row_left
from rows from (pg_catalog.unnest($1::int8[]), pg_catalog.unnest($2::text[]), pg_catalog.unnest($3::text[])) as k (id, place, row_left)
where q.quarantine_id = k.id
