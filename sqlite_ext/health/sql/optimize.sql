-- columns: object, statement, reason
-- PRAGMA optimize, if it would analyze a table.  Bit 0x10000 includes tables
-- that this connection has not queried (SQLite 3.46 and later); -1 only lists
-- what would run.
select 'main' as object,
	iif(tables, 'PRAGMA main.optimize(0x1fffe);', null) as statement,
	iif(tables, null, 'PRAGMA optimize finds no table to analyze') as reason
from (
	select count(*) as tables
	from temp.pragma_optimize(-1)
	where optimize glob 'ANALYZE "main".*')
