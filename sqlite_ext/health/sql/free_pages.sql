-- columns: {finding}
-- Reads the header of the file.
select case when percent > 50 and free > 1 << 30 then 'critical'
		else 'warning' end as severity,
	'main' as object, percent as value, free || ' bytes' as detail,
	case when auto_vacuum = 2 then 'PRAGMA main.incremental_vacuum;'
		else 'VACUUM main;' end as fix_sql,
	null as reason, null as probe
from (
	select round(100.0 * freelist_count / nullif(page_count, 0), 1) as percent,
		freelist_count * page_size as free
	from temp.pragma_page_count('main'), temp.pragma_page_size('main'),
		temp.pragma_freelist_count)
join temp.pragma_auto_vacuum('main')
where percent >= $1 and free > $9 * 1048576
