-- columns: none
-- The process that has locked work $1 still runs.
update main.dbcare_runner set changed_at = {now} where work = $1
