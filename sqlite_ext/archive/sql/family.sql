-- columns: schema_name, table_name
-- The tables that have triggers of mode trash, or need them: those with this mode, the
-- tables whose rows their cascades delete, and those whose foreign keys these set to null
-- or their default.  Or those that table $1 needs, unless that is null.
with recursive reference (child, parent, action) as materialized (
	select s.name, lower(f."table"), f.on_delete
	from main.sqlite_schema as s
	join temp.pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and (instr(lower(s.sql), 'cascade') or instr(lower(s.sql), ' set '))
), named (name, shown) as materialized (
	select s.name, cast({shown:s.name} as text) from main.sqlite_schema as s where s.type = 'table'
), family (name) as materialized (
	select s.name
	from {archived_tables} as t
	cross join named as s on s.shown = t.table_name
	where t.mode = 'trash' and ($1 is null or t.table_name = $1)
	union
	select r.child
	from family as f
	join reference as r on r.parent = lower(f.name) and r.action = 'CASCADE'
)
select 'main' as schema_name, name as table_name from family
union
select 'main', r.child from reference as r where r.action in ('SET NULL', 'SET DEFAULT') and r.parent in (select lower(name) from family)
union
select 'main', tbl_name from main.sqlite_schema where $1 is null and type = 'trigger' and name glob 'dbcare_trash_*'
order by 2
