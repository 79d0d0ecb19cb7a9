-- columns: schema_name, table_name, shown, is_known
-- The tables that have triggers of mode trash, or need them: those with this mode, the
-- tables whose rows their cascades delete, and those whose foreign keys these set to null
-- or their default.  Or those that table $1 needs, unless that is null.  is_known: whether
-- archive/note_shape has nothing to store.
with recursive family (name) as materialized (
	select s.name
	from {archived_tables} as t
	cross join temp.dbcare_known as s on s.kind = 'table' and s.shown = t.table_name
	where t.mode = 'trash' and ($1 is null or t.table_name = $1)
	union
	select r.tab
	from family as f
	cross join temp.dbcare_known as r on r.kind = 'reference' and r.key = lower(f.name) and r.action = 'CASCADE'
), found (name) as (
	select name from family
	union
	select r.tab
	from family as f
	cross join temp.dbcare_known as r on r.kind = 'reference' and r.key = lower(f.name) and r.action in ('SET NULL', 'SET DEFAULT')
	union
	select t.tab from temp.dbcare_known as t where $1 is null and t.kind in ('trash', 'link')
)
select 'main' as schema_name, n.name as table_name, n.shown,
	exists (select 1 from temp.dbcare_known as t where t.kind in ('trash', 'link') and t.shown = n.shown)
		and coalesce((select r.definition = s.sql and r.schema_row = s.rowid
			from main.dbcare_row_shape as r
			where r.table_name = n.shown
			order by r.shape_id desc
			limit 1), 0) as is_known
from found as f
cross join temp.dbcare_known as n on n.kind = 'table' and n.key = lower(f.name)
cross join main.sqlite_schema as s on s.rowid = n.place
order by 2
