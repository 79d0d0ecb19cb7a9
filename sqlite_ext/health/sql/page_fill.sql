-- columns: {finding}
-- Samples the used pages of a file larger than $9.
select 'warning' as severity, 'main' as object, null as value, null as detail, 'VACUUM main;' as fix_sql, null as reason, 'pages of main' as probe
from temp.pragma_page_count('main'), temp.pragma_page_size('main'), temp.pragma_freelist_count
where json_extract($7, '$.in_file')
	and (page_count - freelist_count) * page_size > $9 * 1048576
