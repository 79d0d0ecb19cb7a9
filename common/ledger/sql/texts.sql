-- columns: up_sql, down_sql, verify_sql, up_file, up_line, down_file, down_line
-- The scripts of one migration and the files they were loaded from.
select m.up_sql, m.down_sql, m.verify_sql, m.up_file, m.up_line, m.down_file, m.down_line
from {.migration} as m
where m.version = $1
union all
select l.up_sql, l.down_sql, null, null, 1, null, 1
from {.ledger} as l
where l.version = $1
	and not exists (select 1 from {.migration} as m where m.version = $1)
order by 5
