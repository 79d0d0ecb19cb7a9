-- columns: statement, table_name, mode
-- The statements by which what dbcare keeps of a table follows its new name; and
-- the mode.  The trigger has the name as of the last dbarchive_enable().
-- A table follows the one whose old name is now its own.
with recursive renamed as (
	select {shown:t.old} as was, {shown:t.tbl_name} as now
	from (select substr(name, 14) as old, tbl_name from main.sqlite_schema
		where type = 'trigger' and name glob 'dbcare_trash_*' and name not glob 'dbcare_trash_link_[0-9]*') as t
	where t.old <> t.tbl_name
), follow (was, depth) as (
	select was, 0 from renamed
	union
	select r.was, f.depth + 1 from follow as f join renamed as r on r.now = f.was where f.depth < 100
)
select printf('update %s main."dbcare_%w" set table_name = %Q where table_name = %Q', k.unless, k.name, r.now, r.was) as statement,
	r.now as table_name, (select a.mode from main.dbcare_archived_table as a where a.table_name = r.was) as mode
from renamed as r
join (select 'archived_table' as name, 'or ignore' as unless union all select 'policy', 'or ignore' union all select 'hold', ''
	union all select 'left_file', '' union all select 'trash', '') as k
order by (select max(f.depth) from follow as f where f.was = r.was), r.now, k.name
