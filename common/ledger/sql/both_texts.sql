-- columns: up_sql, up_sql
-- What was applied of a migration and what is registered.
select l.up_sql, m.up_sql
from {.ledger} as l
join {.migration} as m on m.version = l.version
where l.version = $1
