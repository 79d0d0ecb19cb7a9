-- columns: version, runner
-- The scripts that processes run, or ran, outside a transaction.
select version, runner from main.dbcare_deployment where runner is not null order by version
