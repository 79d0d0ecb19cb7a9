-- columns: schema_name, name, kind, statement, triggers, sql
-- Statements that SQLite can prepare only if views and triggers are valid: schema
-- and name of the view or table, kind of statement, the statement (for UPDATE see
-- rebuild_update.sql), the triggers it fires, and their or the view's SQL.
with stored as (
	select 'main' as "schema", rowid as n, type, name, tbl_name, sql
	from main.sqlite_schema
	union all
	select 'temp', rowid, type, name, tbl_name, sql
	from temp.sqlite_schema),
fired ("schema", name, triggers, sql) as (
	select o."schema", o.name, group_concat(t.name, ', '),
		group_concat(t.sql, char(10))
	from stored as t
	join stored as o on o.type in ('table', 'view')
		and o.name = t.tbl_name collate nocase
		and (t."schema" = 'temp' or o."schema" = 'main')
	where t.type = 'trigger'
	group by o."schema", o.name)
select "schema" as schema_name, name, 'view' as kind, printf('select * from "%w"."%w"', "schema", name) as statement,
	null as triggers, sql
from stored
where type = 'view'
union all
select "schema", name, 'insert',
	printf('insert into "%w"."%w" default values', "schema", name), triggers, sql
from fired
where instr(lower(sql), 'insert') > 0
union all
select "schema", name, 'delete', printf('delete from "%w"."%w"', "schema", name),
	triggers, sql
from fired
where instr(lower(sql), 'delete') > 0
union all
select "schema", name, 'update', null, triggers, sql
from fired
where instr(lower(sql), 'update') > 0
