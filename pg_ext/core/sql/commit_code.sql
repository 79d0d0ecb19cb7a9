-- columns: table_id, name
-- Objects that can run code of users at commit: tables with deferrable triggers
-- or exclusion constraints, and held cursors opened by this statement, by name.
select t.tgrelid::bigint as table_id, t.tgrelid::pg_catalog.regclass::text as name
from pg_catalog.pg_trigger as t
join pg_catalog.pg_constraint as o on o.oid = t.tgconstraint
where t.tgdeferrable and o.contype in ('t', 'x')
group by t.tgrelid
union all
select null, c.name
from pg_catalog.pg_cursors as c
where c.is_holdable and c.creation_time >= pg_catalog.statement_timestamp()
order by 2, 1
