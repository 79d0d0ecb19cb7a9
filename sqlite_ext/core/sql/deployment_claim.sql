-- columns: none
-- Records the process that runs the script of a migration outside a
-- transaction.
update main.dbcare_deployment set runner = $2 where version = $1
