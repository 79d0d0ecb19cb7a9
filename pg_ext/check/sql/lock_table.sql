-- columns: statement
-- The statement that prevents other sessions from writing to a table.
select 'lock table ' || $1 || ' in share row exclusive mode' as statement
