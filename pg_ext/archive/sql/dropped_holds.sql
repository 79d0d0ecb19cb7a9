-- columns: hold_id, reason
-- as owner
-- The holds of the row with key $2 of table $1 that no longer exists, if role $3 is a
-- member of the role that owned the table, or a superuser.
with recursive membership (oid, is_super) as (
	select r.oid, r.rolsuper from pg_catalog.pg_roles as r where r.rolname = $3
	union
	select m.roleid, false
	from membership as s
	join pg_catalog.pg_auth_members as m on m.member = s.oid
)
select h.hold_id, h.reason
from dbcare.hold as h
left join dbcare.known_table as k on k.table_id = h.table_id
left join pg_catalog.pg_roles as o on o.rolname = k.owner_name
where h.table_name = $1 and cast(h.row_key as pg_catalog.jsonb) = cast($2 as pg_catalog.jsonb)
	and not exists (select from {bound_tables} as b where b.table_id = h.table_id)
	and exists (select from membership as s where s.is_super or s.oid = o.oid)
order by h.hold_id
