-- columns: version
-- Migrations that an earlier dbmigrate_deploy() began outside a transaction and did
-- not finish.
select m.version
from main.dbcare_deployment as d
join main.dbcare_migration as m on m.version = d.version and m.checksum = d.checksum
order by m.version
