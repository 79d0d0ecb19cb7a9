-- columns: checksum
-- The tool's checksum of a migration that was adopted without a text.
select l.checksum
from {.ledger} as l
where l.version = $1 and l.up_sql = '' and (l.checksum = '' or l.checksum like '%:%')
