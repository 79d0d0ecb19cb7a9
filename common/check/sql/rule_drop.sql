-- columns: none
-- Drops a data rule.
delete from {.rule}
where name = $1
