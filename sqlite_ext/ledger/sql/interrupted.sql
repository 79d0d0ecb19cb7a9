-- columns: version
-- Migrations that an earlier dbmigrate_deploy() began and did not finish; what it has
-- committed stays when the script is edited.
select m.version
from main.dbcare_deployment as d
join main.dbcare_migration as m on m.version = d.version
	and (m.checksum = d.checksum or d.statement_no > 1 or d.begun)
order by m.version
