-- columns: none
-- Process $2 no longer locks work $1.
delete from main.dbcare_runner where work = $1 and pid = $2
