-- columns: table_name
-- The tables that lack a trigger which mode trash needs, or have one that does not know their columns: what archive/triggers
-- finds out by the text of all triggers, which takes longer the more there are.
with recursive family (name, shown) as materialized (
	select s.name, s.shown
	from {archived_tables} as t
	cross join temp.dbcare_known as s on s.kind = 'table' and s.shown = t.table_name
	where t.mode = 'trash'
	union
	select r.tab, r.shown
	from family as f
	cross join temp.dbcare_known as r on r.kind = 'reference' and r.key = lower(f.name) and r.action = 'CASCADE'
), existing as materialized (
	select t.tab, t.shown, t.kind from temp.dbcare_known as t where t.kind in ('trash', 'link')
), last as materialized (
	select r.table_name, r.definition, max(r.shape_id)
	from main.dbcare_row_shape as r
	group by r.table_name
)
select f.shown as table_name
from family as f
where f.name not in (select e.tab from existing as e where e.kind = 'trash')
union
select r.shown
from family as f
cross join temp.dbcare_known as r on r.kind = 'reference' and r.key = lower(f.name) and r.action in ('SET NULL', 'SET DEFAULT')
where r.tab not in (select e.tab from existing as e where e.kind = 'link')
union
select e.shown
from existing as e
cross join temp.dbcare_known as n on n.kind = 'table' and n.key = lower(e.tab)
cross join main.sqlite_schema as s on s.rowid = n.place
left join last as l on l.table_name = e.shown
where l.definition is not s.sql
order by 1
