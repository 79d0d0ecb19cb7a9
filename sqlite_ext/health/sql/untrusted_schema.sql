-- columns: {finding}
-- Reads pragma_trusted_schema and load_extension of $7.  There is no repair where
-- the schema calls functions that it may only call while it is trusted, as those of
-- JSON up to SQLite 3.40: the file could not be read without it.
with needed (name) as materialized (
	select min(f.name)
	from temp.pragma_function_list as f
	join main.sqlite_schema as s on instr(lower(s.sql), lower(f.name) || '(')
	where f.flags & 0x280000 = 0 -- neither innocuous nor for direct use alone
)
select 'info' as severity, 'trusted_schema' as object, null as value, 'views and triggers of the file may call'
	|| ' any function of the application' || coalesce('; the file cannot be used without it, since it calls ' || n.name || '()', '')
	as detail, iif(n.name is null, 'PRAGMA trusted_schema = OFF;', null) as fix_sql, null as reason, null as probe
from temp.pragma_trusted_schema
cross join needed as n
where trusted_schema and json_extract($7, '$.in_file') and exists (
	select 1 from main.sqlite_schema where type in ('view', 'trigger'))
union all
select 'info', 'load_extension', null, 'any statement may load a library', null,
	null, null
where json_extract($7, '$.load_extension')
	-- the sqlite3 shell has it on to load dbcare
	and not exists (select 1 from temp.pragma_function_list where name = 'shell_add_schema')
order by 2 desc
