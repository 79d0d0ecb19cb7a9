-- columns: indexed, dbstat, pages, rowid_name
-- For table $2 of schema $1: whether it is WITHOUT ROWID, whether SQLite has dbstat,
-- pages of the whole database, a name of the rowid that is no column.
-- pragma_table_list would list all tables and look into all views.
select exists (select 1 from temp.pragma_index_info($2, $1)) as indexed,
	exists (select 1 from temp.pragma_module_list where name = 'dbstat') as dbstat,
	(select page_count from temp.pragma_page_count($1)) as pages,
	(select a.value
	from temp.json_each('["_rowid_", "rowid", "oid"]') as a
	where a.value not in (select lower(c.name) from temp.pragma_table_xinfo($2, $1) as c)
	order by a.key limit 1) as rowid_name
