-- columns: statement_no, begun
-- The progress of the script of migration $1 outside a transaction, if its checksum
-- is $2.
select d.statement_no, d.begun
from {.deployment} as d
where d.version = $1 and d.checksum = $2
