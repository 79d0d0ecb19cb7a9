-- columns: version, statement_no
-- Applied migrations whose down script dbmigrate_deploy() began outside a
-- transaction and did not finish.
select d.version, d.statement_no
from {.deployment} as d
join {.ledger} as l on l.version = d.version
order by d.version
