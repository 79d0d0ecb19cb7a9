-- columns: schema_name, table_name, shown, matches, cascades, is_marked
-- The foreign keys that refer to table $2 of schema $1: the condition that row $4
-- of the child refers to row $3, whether rows are deleted with their parent, and
-- whether the child has mode flag.  Keys that are set to null are left out.
with link as materialized (
	select r.tab as child, r.shown, r.place as id, r.action = 'CASCADE' as cascades,
		printf('%s."%w" = %s."%w"', $3, coalesce(r.target, (select p.name from temp.pragma_table_info($2, $1) as p
			where p.pk = r.seq + 1)), $4, r.name) as matches
	from temp.dbcare_known as r
	where r.kind = 'reference' and r.key = lower($2) and r.action not in ('SET NULL', 'SET DEFAULT')
	order by r.tab, r.place, r.seq
)
select $1 as schema_name, l.child as table_name, l.shown, group_concat(l.matches, ' and ') as matches, l.cascades,
	exists (select 1 from {archived_tables} as a where a.mode = 'flag' and a.table_name = l.shown) as is_marked
from link as l
group by l.child, l.id
order by shown, l.id
