-- columns: statement
-- Drops the view that mode flag gives table $2 of schema $1.
select printf('drop view if exists "%w"."%w"', $1, $2 || '_live') as statement
