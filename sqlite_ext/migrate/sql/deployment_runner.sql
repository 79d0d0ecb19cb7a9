-- columns: runner
-- The process that runs, or ran, the script of a migration outside a transaction.
select runner from main.dbcare_deployment where version = $1
