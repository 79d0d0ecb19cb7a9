-- columns: {finding}
-- Compares the foreign keys with the keys of each parent: its INTEGER
-- PRIMARY KEY, and its unique indexes without expressions and WHERE. SQLite
-- requires exactly the referenced columns, with the collation each column was
-- declared with.  No pragma reports that collation; it is BINARY if the text of
-- the table has no COLLATE, and otherwise assumed to be that of the index.
with part as materialized (
	select child, id, "table" as parent, "to"
	from temp.dbcare_foreign_keys($foreign_keys)
	order by child, id, seq),
fk as materialized (
	select child, id, p.name as parent, p.type, count(*) as n,
		json_group_array(lower("to")) filter (where "to" is not null) as columns,
		group_concat({shown:"to"}, ', ') as shown,
		group_concat(printf('"%w"', "to"), ', ') filter (where "to" is not null)
			as listed,
		p.name || '_' || group_concat("to", '_') || '_key' as joined
	from part
	join main.sqlite_schema as p on p.name = part.parent collate nocase
	where p.type in ('table', 'view')
	group by child, id),
parent (name, collates) as materialized (
	select name, instr(lower(sql), 'collate') > 0
	from main.sqlite_schema
	where type = 'table' and name in (select parent from fk)),
parent_index as materialized (
	select p.name as parent, i.name, i.origin
	from parent as p
	join temp.pragma_index_list(p.name, 'main') as i
	where i."unique" and not i.partial
		and (p.collates or i.origin <> 'c' or not exists (
			select 1
			from temp.pragma_index_xinfo(i.name, 'main') as k
			where k.key and k.coll <> 'BINARY' collate nocase))),
parent_key (parent, is_primary, columns) as materialized (
	select p.name, true, json_array(lower(c.name))
	from parent as p
	join temp.pragma_table_info(p.name, 'main') as c
	where c.pk and p.name not in (
		select parent from parent_index where origin = 'pk')
	union all
	select parent, origin = 'pk', json_group_array(lower(name))
	from (
		select i.parent, i.name as key, i.origin, k.name
		from parent_index as i
		join temp.pragma_index_info(i.name, 'main') as k
		order by i.name, lower(k.name))
	group by key)
select 'critical' as severity, {shown:child} as object, null as value,
	{shown:parent} || iif(listed is null, '', printf(' (%s)', shown)) as detail,
	case when type = 'table' and listed is not null and not exists (
			select value from temp.json_each(columns)
			except
			select lower(name) from temp.pragma_table_info(parent, 'main'))
		then printf('CREATE UNIQUE INDEX main."%w" ON "%w" (%s);',
			joined || case when joined collate nocase in (
					select name from main.sqlite_schema)
				then '_' || id else '' end,
			parent, listed) end as fix_sql,
	null as reason, null as probe
from fk
where not exists (
	select 1
	from parent_key as k
	where k.parent = fk.parent
		and case when listed is null
			then k.is_primary and json_array_length(k.columns) = n
			when n = 1 then k.columns = fk.columns
			else k.columns = (
				select json_group_array(value)
				from (select value from temp.json_each(fk.columns) order by value))
			end)
order by child, id
