-- columns: kind, object_count, place
-- The number of objects of each kind; null for kinds that SQLite does not have.
with mine (type, name, sql) as materialized (
	select type, name, sql
	from main.sqlite_schema
	where name not glob 'sqlite_*' and name not glob 'dbcare_*'
		and tbl_name not glob 'dbcare_*'
	union all
	select type, name, sql
	from main.sqlite_schema
	where name glob 'sqlite_autoindex_*' and tbl_name not glob 'dbcare_*')
select 'schemas' as kind, 1 as object_count, 1 as place
union all
select 'tables', (select count(*) from mine where type = 'table'), 2
union all
select 'partitions', null, 3
union all
select 'foreign_tables', null, 4
union all
select 'views', (select count(*) from mine where type = 'view'), 5
union all
select 'materialized_views', null, 6
union all
select 'indexes', (select count(*) from mine where type = 'index'), 7
union all
select 'sequences', null, 8
union all
select 'triggers', (select count(*) from mine where type = 'trigger'), 9
union all
select 'functions', null, 10
union all
select 'types', null, 11
union all
select 'foreign_keys', (
	select count(*)
	from mine
	join temp.pragma_foreign_key_list(mine.name, 'main') as f
	where mine.type = 'table' and instr(lower(mine.sql), 'references') and f.seq = 0), 12
order by place
