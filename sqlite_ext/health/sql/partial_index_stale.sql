-- columns: {finding}
-- Reads the entries of each partial index and evaluates its condition on the
-- row of each.  SQLite only uses a partial index if the query contains its
-- condition, which it then does not evaluate; so the condition is evaluated
-- again on the row.
with partial as materialized (
	select s.name, s.tbl_name, t.wr, dbcare_index_condition(s.sql) as condition
	from main.sqlite_schema as s
	join temp.pragma_index_list(s.tbl_name, 'main') as i on i.name = s.name
	join temp.pragma_table_list as t on t.schema = 'main' and t.name = s.tbl_name
	where s.type = 'index' and i.partial and s.tbl_name not glob 'dbcare_*'),
key (tbl_name, listed, compared) as materialized (
	select tbl_name,
		group_concat(printf('"%w" as dbcare_key%d', c.name, c.pk), ', '),
		group_concat(printf('"%w" = dbcare_entry.dbcare_key%d', c.name, c.pk),
			' and ')
	from (select distinct tbl_name from partial where wr) as p
	join temp.pragma_table_info(p.tbl_name, 'main') as c
	where c.pk
	group by tbl_name
	union all
	-- by a name of the rowid that no column has
	select tbl_name, word || ' as dbcare_key0',
		word || ' = dbcare_entry.dbcare_key0'
	from (
		select tbl_name, (
				select word
				from (select 'rowid' as word union all values ('_rowid_'), ('oid'))
				where word not in (
					select lower(name) from temp.pragma_table_xinfo(p.tbl_name, 'main'))
				limit 1) as word
		from (select distinct tbl_name from partial where not wr) as p))
select iif(condition is null or listed is null, 'unknown', null) as severity, {shown:name} as object,
	null as value, null as detail,
	printf('REINDEX main."%w";', name) as fix_sql,
	case when condition is null
			then coalesce((
				select min(value)
				from temp.json_each(dbcare_unsafe_tables('main'))
				where key = tbl_name collate nocase), 'its WHERE cannot be read')
		when listed is null
			then 'the table has columns rowid, _rowid_ and oid' end as reason,
	iif(condition is null or listed is null, null,
		printf('select nullif(count(*), 0) from (select %s from main."%w"'
			|| ' indexed by "%w" where (%s)) as dbcare_entry where not exists'
			|| ' (select 1 from main."%w" not indexed where %s and (%s))',
			listed, tbl_name, name, condition, tbl_name, compared, condition)) as probe
from partial
join key using (tbl_name)
order by name
