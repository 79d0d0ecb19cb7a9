-- columns: parent, child, matches, cascades, child_mode
-- The foreign keys that refer to tables with mode flag: the condition that row c
-- of the child refers to row p of the parent, whether rows are deleted with
-- their parent, and the child's mode.  Keys that are set to null keep their value.
with flagged as materialized (
	select s.name, s.shown
	from {archived_tables} as t
	cross join temp.dbcare_known as s on s.kind = 'table' and s.shown = t.table_name
	where t.mode = 'flag'
), link as materialized (
	select f.name as parent, f.shown as shown_parent, r.tab as child, r.shown, r.place as id, r.action = 'CASCADE' as cascades,
		printf('p."%w" = c."%w"', coalesce(r.target, (select p.name from temp.pragma_table_info(f.name, 'main') as p
			where p.pk = r.seq + 1)), r.name) as matches
	from flagged as f
	cross join temp.dbcare_known as r on r.kind = 'reference' and r.key = lower(f.name) and r.action not in ('SET NULL', 'SET DEFAULT')
	order by f.name, r.tab, r.place, r.seq
), mode as materialized (
	select a.table_name, a.mode from {archived_tables} as a
)
select l.shown_parent as parent, l.shown as child, group_concat(l.matches, ' and ') as matches, l.cascades,
	(select m.mode from mode as m where m.table_name = l.shown) as child_mode
from link as l
group by l.parent, l.child, l.id
order by 1, 2, l.id
