-- columns: schema_name, table_name, shown, root, parent_root, name, columns, orphaned, nulls, parts, defaults, not_null, on_delete, reason, lost, named
-- The foreign keys of user tables; the columns are those of
-- dbc_check_foreign_key; the name is only in the text of the table.  In parent
-- = +child the affinity and collation of the parent apply, as in SQLite; those
-- of its primary key, if the foreign key names no columns.  A parent that does
-- not exist has no rows.  A foreign key without column names to a parent
-- without a primary key cannot be compared, nor does SQLite compare one without
-- a unique key on the columns.
with reserved (words) as (values ({reserved})),
key_column as (
	select s.name as child, f.id, f.seq, f."table" as parent, f."from" as name,
		lower(replace(f.on_delete, ' ', '_')) as on_delete,
		coalesce(f."to", (
			select name from temp.pragma_table_info(f."table", 'main')
			where pk = f.seq + 1)) as parent_name,
		(select printf(' collate "%w"', x.coll)
			from temp.pragma_index_list(f."table", 'main') as l
			join temp.pragma_index_xinfo(l.name, 'main') as x
			where f."to" is null and l.origin = 'pk' and x.seqno = f.seq) as collation,
		f."table" collate nocase in (select name from main.sqlite_schema
			where type in ('table', 'view')) as has_parent,
		i."notnull" or i.pk and exists (
			select 1 from temp.pragma_index_info(s.name, 'main')) as is_not_null,
		coalesce(i.dflt_value, 'null') as default_value
	from main.sqlite_schema as s
	join temp.pragma_foreign_key_list(s.name, 'main') as f
	join temp.pragma_table_xinfo(s.name, 'main') as i on i.name = f."from" collate nocase
	where s.type = 'table' and instr(lower(s.sql), 'references')
		and s.name not glob 'dbcare_*'
	order by s.name, f.id, f.seq),
named as (
	select *, name glob '[a-z_]*' and name not glob '*[^a-z0-9_]*'
			and not instr(words, ' ' || name || ' ') as is_plain
	from key_column
	join reserved),
key as (
	select child, id, parent, on_delete,
		group_concat(iif(is_plain, name, printf('"%w"', name)), ', ') as columns,
		has_parent, max(parent_name is null) as no_key,
		json_group_array(lower(parent_name)) as parent_names, count(*) as ncolumns,
		printf('(%s)', group_concat(printf('"%w"."%w" is not null', child, name), ' and '))
			|| case when has_parent
				then printf(' and not exists (select 1 from main."%w" as "%w parent" where %s)',
					parent, child, group_concat(printf('"%w parent"."%w"%s = +"%w"."%w"',
						child, parent_name, collation, child, name), ' and '))
				else '' end as orphaned,
		group_concat(printf('"%w" = null', name), ', ') as nulls,
		group_concat(printf('"%w" = (%s)', name, default_value), ', ') as defaults,
		min(case when is_not_null then iif(is_plain, name, printf('"%w"', name)) end) as not_null,
		max(iif(seq = 0, printf('"%w"."%w"', child, name), null)) as lost,
		max(iif(seq = 0, parent_name, null)) as named
	from named
	group by child, id),
shown as (
	select key.*, has_parent and (no_key
			or ncolumns <> (select sum(pk > 0) * (sum(pk > 0 and lower(name) in (
					select value from temp.json_each(parent_names))) = sum(pk > 0))
				from temp.pragma_table_info(parent, 'main'))
			and not exists (select 1 from temp.pragma_index_list(parent, 'main') as l
				where l."unique" and not l.partial and ncolumns = (
					select iif(sum(lower(x.name) in (select value from temp.json_each(parent_names))) = count(*),
						count(*), 0)
					from temp.pragma_index_info(l.name, 'main') as x))) as mismatch,
		iif(child glob '[a-z_]*' and child not glob '*[^a-z0-9_]*'
			and not instr(words, ' ' || child || ' '), child, printf('"%w"', child)) as shown,
		coalesce((select k.name from temp.dbcare_known as k where k.kind = 'table' and k.key = lower(parent)),
			(select name from main.sqlite_schema where type = 'view' and name = parent collate nocase), parent) as parent_name
	from key
	join reserved)
select 'main' as schema_name, child as table_name, shown, shown as root,
	iif(parent_name glob '[a-z_]*' and parent_name not glob '*[^a-z0-9_]*'
		and not instr(words, ' ' || parent_name || ' '), parent_name, printf('"%w"', parent_name)) as parent_root,
	null as name, columns, orphaned, nulls, nulls as parts, defaults, not_null,
	iif(on_delete in ('cascade', 'set_null', 'set_default'), on_delete, 'none') as on_delete,
	iif(mismatch, printf('foreign key mismatch - "%w" referencing "%w"', child, parent), null) as reason,
	lost, named
from shown
join reserved
order by shown, columns, id desc
