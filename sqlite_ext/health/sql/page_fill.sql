-- Has the pages in use looked at, of a file with more of them than $9.
select 'warning', 'main', null, null, 'VACUUM main;', null, 'pages of main'
from temp.pragma_page_count('main'), temp.pragma_page_size('main'), temp.pragma_freelist_count
where json_extract($7, '$.in_file')
	and (page_count - freelist_count) * page_size > $9 * 1048576
