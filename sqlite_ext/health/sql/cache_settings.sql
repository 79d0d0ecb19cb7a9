-- columns: {finding}, suggestion
-- Reads pragma_cache_size (kB if it is negative) and mmap_size of $7, by the size of the
-- database and the memory of the machine ($7).  A small database needs no others.
with size (bytes, page) as (
	select page_count * page_size, page_size from temp.pragma_page_count('main'), temp.pragma_page_size('main')),
setting (cache, mapped, fitting) as (
	select iif(c.cache_size < 0, -1024 * c.cache_size, c.cache_size * size.page), json_extract($7, '$.mmap_size'),
		min(size.bytes, coalesce(json_extract($7, '$.memory_total') / 8, size.bytes))
	from size
	join temp.pragma_cache_size('main') as c)
select 'info' as severity, name as object, round(bytes / 1048576.0, 1) as value, detail, null as fix_sql, null as reason,
	null as probe, suggestion
from (
	select 'cache_size' as name, bytes, printf('%d bytes, for a database of %d bytes', cache, bytes) as detail,
		printf('Run PRAGMA cache_size = -%d on each connection that reads or writes many pages.', fitting / 4096) as suggestion
	from size, setting
	where cache < bytes / 16 and cache < fitting / 4
	union all
	select 'mmap_size', bytes, '0: a page that is not in the cache is copied by a system call',
		printf('Run PRAGMA mmap_size = %d on each connection, unless the file can shrink or fail while it is open.', fitting)
	from size, setting
	where mapped = 0 and json_extract($7, '$.in_file'))
where bytes >= $1 * 1048576
order by name
