-- columns: {finding}
-- The log by the size of its last 100 entries, and the rest of the file.
select null as severity, null as object,
	round(log / max(size - log, 1.0), 1) as value,
	cast(log as integer) || ' bytes for ' || cast(max(size - log, 0) as integer) || ' bytes' as detail,
	null as fix_sql, null as reason, null as probe
from (select e.entries * (l.bytes + 40) as log, c.page_count * p.page_size as size
	from (select (select max(entry_id) from main.dbcare_audit_entry)
			- (select min(entry_id) from main.dbcare_audit_entry) + 1 as entries) as e
	join (select avg(coalesce(length(cast(changed as blob)), 0) + 2 * coalesce(length(cast(row_key as blob)), 0)) as bytes
		from (select changed, row_key from main.dbcare_audit_entry order by entry_id desc limit 100)) as l
	join temp.pragma_page_count('main') as c
	join temp.pragma_page_size('main') as p)
where log > 10485760 and log >= max(size - log, 1) * $1
