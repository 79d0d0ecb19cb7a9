-- Reads pragma_index_xinfo and, for what it cannot tell (expressions, WHERE),
-- the text of the index.  Reports those of CREATE INDEX, never the one of a
-- constraint.  Their size is estimated from the last 100 rows of the table, or
-- left out where that cannot be done: without rowids, and for partial ones.
with reserved (words) as (values (' add all alter and as autoincrement between'
	|| ' case cast check collate commit constraint create current_date'
	|| ' current_time current_timestamp default deferrable delete distinct drop'
	|| ' else escape except exists foreign from group having if in index insert'
	|| ' intersect into is isnull join limit not nothing notnull null on or'
	|| ' order primary raise references returning select set table then to'
	|| ' transaction union unique update using values when where ')),
candidate as materialized (
	select i.tbl_name, i.name, i.sql,
		(select group_concat(cid) from pragma_index_info(i.name, 'main')) as cids
	from main.sqlite_schema as i
	where i.type = 'index' and i.tbl_name in (
			select tbl_name
			from main.sqlite_schema
			where type = 'index' and tbl_name not glob 'dbcare_*'
			group by tbl_name
			having count(*) > 1 and count(sql) > 0)),
alike as (
	select tbl_name, name, sql,
		(select group_concat(cid || ' ' || "desc" || ' ' || upper(coll))
			from pragma_index_xinfo(name, 'main')
			where key) as key,
		-- from the parenthesis on, where it says more than names
		case when sql like '%)%where%' or cids glob '*-2*'
			then substr(sql, instr(sql, '(')) end as special
	from candidate
	join (select tbl_name, cids from candidate
		group by tbl_name, cids having count(*) > 1) using (tbl_name, cids)),
ranked as (
	select tbl_name, name, sql, special,
		first_value(name) over (partition by tbl_name, key, special
			order by sql is not null, sql not glob 'CREATE UNIQUE *', name)
			as original
	from alike)
select * from ranked where name <> original
