-- columns: statement_no, begun
-- How far a script outside a transaction has come, if it is still the same.
select d.statement_no, d.begun
from {.deployment} as d
join {.migration} as m on m.version = d.version and m.checksum = d.checksum
where d.version = $1
