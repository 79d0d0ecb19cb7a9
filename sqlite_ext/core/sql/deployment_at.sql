-- columns: none
-- Records the first unfinished statement of a script outside a transaction,
-- and whether it has begun.
update main.dbcare_deployment set statement_no = $2, begun = $3
where version = $1
