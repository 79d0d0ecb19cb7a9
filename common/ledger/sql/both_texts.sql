-- columns: up_sql, up_sql
-- The applied and the registered up script of a migration.
select l.up_sql, m.up_sql
from {.ledger} as l
join {.migration} as m on m.version = l.version
where l.version = $1
