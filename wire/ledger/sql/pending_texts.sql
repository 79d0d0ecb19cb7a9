-- columns: up_sql, down_sql, verify_sql, up_file, up_line, down_file, down_line, version
-- ledger/texts of all migrations that are not applied.
select m.up_sql, m.down_sql, m.verify_sql, m.up_file, m.up_line, m.down_file, m.down_line, m.version
from dbcare.migration as m
where not exists (select from dbcare.ledger as l where l.version = m.version)
order by m.version
