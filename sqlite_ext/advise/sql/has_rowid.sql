-- columns: has_rowid, has_statistics
-- Whether table $2 of schema $1 has rowids, and schema $1 has statistics.
select not wr as has_rowid,
	exists (select 1 from temp.pragma_table_list
		where "schema" = $1 and name = 'sqlite_stat1') as has_statistics
from temp.pragma_table_list
where "schema" = $1 and name = $2
