-- columns: orphans
-- Rows without a parent in table $1 and those that refer to it.
select count(*) as orphans
from temp.pragma_table_list as t
join temp.pragma_foreign_key_check(t.name, 'main') as k
where t."schema" = 'main' and t.type = 'table'
	and (t.name = $1 or exists (
		select 1 from temp.pragma_foreign_key_list(t.name, 'main') as f where f."table" = $1 collate nocase))
