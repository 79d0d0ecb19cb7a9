-- Reads pragma_foreign_key_list; a probe per relation counts the rows without
-- parent.  Not by pragma_foreign_key_check: it checks all relations of a table
-- at once, and fails for all of them where the key of one parent is not unique.
-- Comparing parent = +child leaves affinity and collation to the parent, as
-- SQLite does.  A parent that does not exist has no rows; one without a primary
-- key for a relation that names no columns cannot be compared.
with reserved (words) as (values ({reserved})),
fk_column as (
	select s.name as child, f.id, f."table" as parent, f."from" as name,
		coalesce(f."to", (
			select name from pragma_table_info(f."table", 'main')
			where pk = f.seq + 1)) as parent_name,
		f."table" collate nocase in (select name from main.sqlite_schema
			where type in ('table', 'view')) as has_parent
	from main.sqlite_schema as s
	join pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and instr(lower(s.sql), 'references')
		and s.name not glob 'dbcare_*'
	order by s.name, f.id, f.seq),
fk as (
	select child, id, parent,
		has_parent and max(parent_name is null) as mismatch,
		group_concat(case when name glob '[a-z_]*'
				and name not glob '*[^a-z0-9_]*'
				and not instr(words, ' ' || name || ' ')
			then name else printf('"%w"', name) end, ', ') as columns,
		printf('from main."%w" as c where %s', child,
			group_concat(printf('c."%w" is not null', name), ' and '))
			|| case when has_parent
				then printf(' and not exists (select 1 from main."%w" as p'
					|| ' where %s)', parent,
					group_concat(printf('p."%w" = +c."%w"', parent_name, name),
						' and '))
				else '' end as orphans
	from fk_column
	join reserved
	group by child, id)
select iif(mismatch, 'unknown', null),
	case when child glob '[a-z_]*' and child not glob '*[^a-z0-9_]*'
			and not instr(words, ' ' || child || ' ')
		then child else printf('"%w"', child) end,
	null,
	printf('%s (%s)', case when parent glob '[a-z_]*'
			and parent not glob '*[^a-z0-9_]*'
			and not instr(words, ' ' || parent || ' ')
		then parent else printf('"%w"', parent) end, columns),
	iif(mismatch, null, printf('SELECT c.* %s;', orphans)),
	iif(mismatch,
		printf('foreign key mismatch - "%w" referencing "%w"', child, parent), null),
	iif(mismatch, null, printf('select nullif(count(*), 0) %s', orphans))
from fk
join reserved
order by child, id
