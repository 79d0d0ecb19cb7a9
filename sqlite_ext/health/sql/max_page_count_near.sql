-- columns: {finding}
-- Reads pragma_max_page_count, a limit of this connection.
select null as severity, 'main' as object, percent as value, printf('%d pages', max_page_count) as detail, null as fix_sql, null as reason, null as probe
from (
	select max_page_count, round(100.0 * (page_count - freelist_count)
		/ max_page_count, 1) as percent
	from temp.pragma_page_count('main'), temp.pragma_freelist_count,
		temp.pragma_max_page_count('main'))
where percent >= $1
