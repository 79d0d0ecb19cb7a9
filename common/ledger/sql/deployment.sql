-- columns: statement_no, begun, checksum
-- The progress of the script of migration $1 that deploy runs in several transactions.
select d.statement_no, d.begun, d.checksum
from {.deployment} as d
where d.version = $1
