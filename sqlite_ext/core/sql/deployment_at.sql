-- columns: none
-- Notes the first statement of a script outside a transaction that is not done,
-- and whether it is begun.
update main.dbcare_deployment set statement_no = $2, begun = $3
where version = $1
