-- columns: version
-- Migrations that an earlier dbmigrate_deploy() began to run outside a transaction
-- and has not finished.
select m.version
from main.dbcare_deployment as d
join main.dbcare_migration as m on m.version = d.version and m.checksum = d.checksum
order by m.version
