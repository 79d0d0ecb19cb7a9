-- columns: schema_name, table_name
-- The tables that have triggers of mode trash, or need them: those with this mode, the
-- tables whose rows their cascades delete, and those whose foreign keys these set to null
-- or their default.  Or those that table $1 needs, unless that is null.
with recursive family (name) as materialized (
	select s.name
	from {archived_tables} as t
	cross join temp.dbcare_known as s on s.kind = 'table' and s.shown = t.table_name
	where t.mode = 'trash' and ($1 is null or t.table_name = $1)
	union
	select r.tab
	from family as f
	cross join temp.dbcare_known as r on r.kind = 'reference' and r.key = lower(f.name) and r.action = 'CASCADE'
)
select 'main' as schema_name, name as table_name from family
union
select 'main', r.tab
from family as f
cross join temp.dbcare_known as r on r.kind = 'reference' and r.key = lower(f.name) and r.action in ('SET NULL', 'SET DEFAULT')
union
select 'main', t.tab from temp.dbcare_known as t where $1 is null and t.kind in ('trash', 'link')
order by 2
