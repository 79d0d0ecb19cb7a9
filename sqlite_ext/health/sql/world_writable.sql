-- columns: {finding}
-- Reads open_file and open_folder of $7.
select 'warning' as severity, object, null as value,
	'chmod o-w ''' || replace(path, '''', '''\''''') || '''' as detail,
	null as fix_sql, null as reason, null as probe
from (select 'the file of main' as object, json_extract($7, '$.open_file') as path
	union all
	select 'the directory of main', json_extract($7, '$.open_folder'))
where path is not null
order by object
