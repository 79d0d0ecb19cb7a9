-- columns: statement
-- The statement that keeps others from writing to the tables of a name.
select 'lock table ' || $1 || ' in share row exclusive mode' as statement
