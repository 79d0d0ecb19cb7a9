-- columns: name, value
-- Sizes by the header of the file, and the cache counters of the host in $1, by
-- the names of sample/measures.def.
select 'size_bytes' as name, page_count * page_size as value
from temp.pragma_page_count('main'), temp.pragma_page_size('main')
union all
select 'free_bytes', freelist_count * page_size
from temp.pragma_freelist_count, temp.pragma_page_size('main')
union all
select 'max_bytes', max_page_count * page_size
from temp.pragma_max_page_count('main'), temp.pragma_page_size('main')
union all
select key, value
from temp.json_each($1)
where key in ('cache_hits', 'cache_misses', 'cache_spills')
	and type in ('integer', 'real')
order by name
