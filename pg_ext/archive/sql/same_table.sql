-- columns: is_same
-- Whether rows that were deleted from the table with number $3 may be restored into table
-- $2 of schema $1: it is this table or a partition of it, or belongs to the same role.
select exists (select from dbcare.known_table as k
	where k.table_id = $3 and case when k.place = {place}
		then k.owner_id = c.relowner or k.relid = c.oid
			or k.relid in (select a.relid from pg_catalog.pg_partition_ancestors(c.oid) as a)
		else k.owner_name = pg_catalog.pg_get_userbyid(c.relowner) end) as is_same
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2
