-- columns: {finding}
-- Reads pragma_trusted_schema and load_extension of $7.
select 'info' as severity, 'trusted_schema' as object, null as value, 'views and triggers of the file may call'
	|| ' any function of the application' as detail, 'PRAGMA trusted_schema = OFF;' as fix_sql, null as reason,
	null as probe
from temp.pragma_trusted_schema
where trusted_schema and json_extract($7, '$.in_file') and exists (
	select 1 from main.sqlite_schema where type in ('view', 'trigger'))
union all
select 'info', 'load_extension', null, 'any statement may load a library', null,
	null, null
where json_extract($7, '$.load_extension')
order by 2 desc
