-- columns: schema_name, table_name, shown, matches, cascades, is_marked
-- The foreign keys that refer to table $2 of schema $1: the condition that row $4
-- of the child refers to row $3, whether rows are deleted with their parent, and
-- whether the child has mode flag.  Keys that are set to null are left out.
with link as materialized (
	select s.name as child, f.id, f.on_delete = 'CASCADE' as cascades,
		printf('%s."%w" = %s."%w"', $3, coalesce(f."to", (select p.name from temp.pragma_table_info($2, $1) as p
			where p.pk = f.seq + 1)), $4, f."from") as matches
	from main.sqlite_schema as s
	join temp.pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and instr(lower(s.sql), 'references') and lower(f."table") = lower($2)
		and f.on_delete not in ('SET NULL', 'SET DEFAULT')
	order by s.name, f.id, f.seq
)
select $1 as schema_name, l.child as table_name, {shown:l.child} as shown, group_concat(l.matches, ' and ') as matches, l.cascades,
	exists (select 1 from {archived_tables} as a where a.mode = 'flag' and a.table_name = {shown:l.child}) as is_marked
from link as l
group by l.child, l.id
order by shown, l.id
