-- Reads the header of the file.
select case when percent > 50 and free > 1 << 30 then 'critical'
		else 'warning' end,
	'main', percent, free || ' bytes',
	case when auto_vacuum = 2 then 'PRAGMA main.incremental_vacuum;'
		else 'VACUUM main;' end,
	null, null
from (
	select round(100.0 * freelist_count / nullif(page_count, 0), 1) as percent,
		freelist_count * page_size as free
	from temp.pragma_page_count('main'), temp.pragma_page_size('main'),
		temp.pragma_freelist_count)
join temp.pragma_auto_vacuum('main')
where percent >= $1 and free > $9 * 1048576
