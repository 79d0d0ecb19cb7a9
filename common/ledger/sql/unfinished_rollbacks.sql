-- columns: version, statement_no
-- Applied migrations whose down script dbmigrate_deploy() began to run outside a
-- transaction and has not finished.
select d.version, d.statement_no
from {.deployment} as d
join {.ledger} as l on l.version = d.version
order by d.version
