-- columns: {finding}, suggestion
-- Indexes whose columns have the same names are candidates; pragma_index_xinfo
-- and, for expressions and WHERE, the text of the index decide.  If the text
-- only contains plain names, they are read from it, which is faster than
-- pragma_index_info.  Only indexes of CREATE INDEX are reported, never those of
-- constraints.  An index may also equal the table: rows are in the order of an INTEGER
-- PRIMARY KEY, and of the primary key of a WITHOUT ROWID table.  The size is estimated from the last 100 rows of the table, if
-- possible.
with described as (
	select tbl_name, name, sql,
		lower(replace(substr(sql, instr(sql, '(')), ', ', ',')) as text
	from main.sqlite_schema
	where type = 'index' and tbl_name in (
		select tbl_name
		from main.sqlite_schema
		where type = 'index' and tbl_name not glob 'dbcare_*'
		group by tbl_name
		having count(*) > 1 and count(sql) > 0)),
candidate as materialized (
	select tbl_name, name, sql,
		case when text glob '(*)' and text not glob '(*(*'
				and text not glob '*[^a-z0-9_(),]*'
			then text
			else (select '(' || group_concat(lower(coalesce(k.name, ''))) || ')'
				from temp.pragma_index_info(described.name, 'main') as k)
			end as columns
	from described),
alike as (
	select c.tbl_name, c.name, c.sql,
		(select group_concat(k.cid || ' ' || k."desc" || ' ' || upper(k.coll))
			from temp.pragma_index_xinfo(c.name, 'main') as k
			where k.key) as key
	from candidate as c
	join (select tbl_name, columns from candidate
		group by tbl_name, columns having count(*) > 1) using (tbl_name, columns)),
ranked as (
	select tbl_name, name, sql, special,
		first_value(name) over (partition by tbl_name, key, special
			order by sql is not null, sql not glob 'CREATE UNIQUE *', name)
			as original
	from (
		select *,
			-- from the parenthesis on, if there is more than plain columns
			case when lower(sql) glob '*)*where*' or ',' || key glob '*,-2 *'
				then substr(sql, instr(sql, '(')) end as special
		from alike)),
duplicate as (
	select name, original, tbl_name,
		case when special is null and tbl_name not in (
				select name from temp.pragma_table_list where schema = 'main' and wr)
			then (
				select group_concat(printf(
					'1 + coalesce(length(cast("%w" as blob)), 0)', k.name), ' + ')
				from temp.pragma_index_info(ranked.name, 'main') as k) end as width
	from ranked
	where name <> original and sql is not null),
-- looked up by an index that SQLite makes; sqlite_schema has none
stored as materialized (
	select name, instr(lower(sql), 'integer') as may_have_rowid
	from main.sqlite_schema
	where type = 'table'),
keyed as materialized (
	select s.name, s.tbl_name, t.wr,
		(select group_concat(k.cid || ' ' || k."desc" || ' ' || upper(k.coll))
			from temp.pragma_index_xinfo(s.name, 'main') as k where k.key) as key
	from main.sqlite_schema as s
	join temp.pragma_table_list as t on t.schema = 'main' and t.name = s.tbl_name
	join stored as o on o.name = s.tbl_name
	where s.type = 'index' and s.sql is not null and lower(s.sql) not glob '*)*where*' and s.tbl_name not glob 'dbcare_*'
		and (t.wr or o.may_have_rowid)),
of_table as (
	select name, tbl_name
	from keyed
	where key = case when wr
		then (select group_concat(k.cid || ' ' || k."desc" || ' ' || upper(k.coll))
			from temp.pragma_index_xinfo(keyed.tbl_name, 'main') as k where k.key)
		-- a type of any other spelling or a key that descends is no rowid
		else (select iif(count(*) = 1 and upper(min(c.type)) = 'INTEGER', min(c.cid) || ' 0 BINARY', null)
			from temp.pragma_table_xinfo(keyed.tbl_name, 'main') as c
			where c.pk and not exists (select 1 from temp.pragma_index_list(keyed.tbl_name, 'main') as l where l.origin = 'pk')) end)
select case when width is null then 'info' end as severity,
	{shown:name} as object,
	null as value,
	'index ' || {shown:original} as detail,
	printf('DROP INDEX main."%w";', name) as fix_sql,
	null as reason,
	case when width is not null
		then printf('select coalesce(cast(sum(w) * (max(r) + 1.0'
			|| ' - (select min(_rowid_) from main."%w"))'
			|| ' / (max(r) - min(r) + 1) as integer), 0)'
			|| ' from (select _rowid_ as r, 8 + %s as w from main."%w"'
			|| ' order by r desc limit 100)',
			tbl_name, width, tbl_name) end as probe,
	printf('Drop index %s: queries use index %s in its place, except those that name it with INDEXED BY.',
		{shown:name}, {shown:original}) as suggestion
from duplicate
union all
select 'info', {shown:name}, null, 'the primary key of ' || {shown:tbl_name}, printf('DROP INDEX main."%w";', name), null, null,
	printf('Drop index %s unless it is there to count rows faster: table %s already has them in that order.',
		{shown:name}, {shown:tbl_name})
from of_table
where name not in (select d.name from duplicate as d)
order by 2
