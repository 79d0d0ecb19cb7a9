-- columns: table_name, is_readable, is_writable
-- The tables with mode flag, only $1 if that is not null, and what the caller can
-- do with their rows: none can be read of a table that was dropped, or whose name a
-- table without marks has now.
select t.table_name, exists (select 1 from temp.dbcare_known as s
	where s.kind = 'table' and s.shown = t.table_name
		and 3 = (select count(*) from temp.pragma_table_xinfo(s.name, 'main') as c
			where lower(c.name) in ('deleted_at', 'deleted_by', 'deletion_id'))) as is_readable, 1 as is_writable
from {archived_tables} as t
where t.mode = 'flag' and ($1 is null or t.table_name = $1)
order by t.table_name
