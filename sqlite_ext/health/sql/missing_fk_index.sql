-- columns: {finding}
-- Reads the foreign keys and the indexes of each child.  An index can be
-- used for a foreign key if its first columns are those of the key, in any
-- order, with the collations of the parent's columns, which SQLite uses, and if
-- it is not partial, unless it only excludes nulls; for a unique index some of
-- the columns suffice, as they find a single row.  Most keys have one column
-- and an index whose text starts with it, which is faster to read than the
-- pragmas.  The number of rows is estimated as in missing_primary_key.sql;
-- without rowids they are counted, up to a limit.
with partial (name, predicate) as materialized (
	select name, lower(replace(replace(sql, char(10), ' '), '"', ''))
	from main.sqlite_schema
	where type = 'index' and instr(lower(sql), 'where')),
fk_column as materialized (
	select f.child, f.id, f.seq, f."from" as name,
		f.child in (
			select name from main.sqlite_schema
			where type = 'table' and instr(lower(sql), 'collate')) as collates,
		case when f."table" collate nocase in (
				select name from main.sqlite_schema
				where type = 'table' and instr(lower(sql), 'collate'))
			then (
				select k.coll
				from temp.pragma_index_list(f."table", 'main') as i
				join temp.pragma_index_xinfo(i.name, 'main') as k on k.key
				where i."unique" and not i.partial
					and k.name = coalesce(f."to", (
						select name from temp.pragma_table_info(f."table", 'main')
						where pk = f.seq + 1)) collate nocase
				order by i.origin = 'c', i.seq
				limit 1) end as parent_collation
	from temp.dbcare_foreign_keys($foreign_keys) as f),
starts_with (child, name) as (
	select tbl_name, lower(substr(columns, 1,
		instr(replace(columns, ')', ','), ',') - 1))
	from (
		select tbl_name, substr(sql, instr(sql, '(') + 1) as columns
		from main.sqlite_schema
		where type = 'index' and not instr(lower(sql), 'where')
			and not instr(name, '(') and not instr(tbl_name, '('))),
doubtful as (
	select child, id
	from fk_column
	group by child, id
	having count(*) > 1 or max(collates or parent_collation is not null)
		-- not "not in", which reads the whole list because of nulls
		or iif((child, lower(min(name))) in (select child, name from starts_with),
			false, true)),
fk as (
	select child, id, count(*) as n,
		',' || group_concat(printf('"%w" %s', name,
			upper(coalesce(parent_collation, 'BINARY')))) || ',' as columns
	from fk_column
	where (child, id) in (select child, id from doubtful)
	group by child, id),
missing as (
	select child, id
	from fk
	where not exists (
			select 1
			from temp.pragma_index_list(child, 'main') as i
			where n = (
					select count(*)
					from temp.pragma_index_xinfo(i.name, 'main') as k
					where k.seqno < n and instr(columns,
						printf(',"%w" %s,', k.name, upper(k.coll))))
				and (not i.partial or exists (
					select 1
					from partial as p
					join temp.pragma_index_info(i.name, 'main') as k on k.seqno < n
					where p.name = i.name and substr(predicate,
						- length(' where ' || k.name || ' is not null'))
						= lower(' where ' || k.name || ' is not null'))))
		and not exists (
			select 1
			from temp.pragma_index_list(child, 'main') as i
			where i."unique" and not i.partial
				and not exists (
					select 1
					from temp.pragma_index_xinfo(i.name, 'main') as k
					where k.key and not instr(columns,
						printf(',"%w" %s,', k.name, upper(k.coll)))))
		-- an INTEGER PRIMARY KEY is the rowid and has no index
		and not (exists (select 1 from temp.pragma_table_info(child, 'main') as c
				where c.pk and instr(columns, printf(',"%w" ', c.name)))
			and not exists (select 1 from temp.pragma_index_list(child, 'main')
				where origin = 'pk'))),
needed as (
	select child, min(id) as id, shown, listed, joined
	from (
		select child, id, group_concat(shown, ', ') as shown,
			group_concat(listed, ', ') as listed,
			child || '_' || group_concat(name, '_') || '_idx' as joined
		from (
			select child, id, name,
				{shown:name} as shown,
				printf('"%w"', name)
					|| case when collates or parent_collation <> 'BINARY'
						then printf(' COLLATE "%w"', coalesce(parent_collation, 'BINARY'))
						else '' end as listed
			from fk_column
			where (child, id) in (select child, id from missing)
			order by child, id, seq)
		group by child, id)
	group by child, listed)
select null as severity,
	{shown:child} as object,
	null as value,
	printf('(%s)', shown) as detail,
	printf('CREATE INDEX main."%w" ON "%w" (%s);',
		joined || case when joined collate nocase in (
				select name from main.sqlite_schema)
			then '_' || id else '' end,
		child, listed) as fix_sql,
	null as reason,
	printf(case when child in (select name from temp.pragma_table_list
				where schema = 'main' and wr)
			then 'select count(*) from (select 1 from main."%w" limit 100001)'
			else 'select coalesce(cast(count(*) * (max(r) + 1.0'
				|| ' - (select min(_rowid_) from main."%w"))'
				|| ' / (max(r) - min(r) + 1) as integer), 0)'
				|| ' from (select _rowid_ as r from main."%w"'
				|| ' order by r desc limit 100)' end,
		child, child) as probe
from needed
order by child, listed
