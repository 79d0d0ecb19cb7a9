-- columns: statement
-- The statement that comes before each repair: no name in it means what somebody
-- else has put into a schema of the search path, nor does one in the functions
-- of an index that is built anew.
select 'set search_path = pg_catalog, pg_temp' as statement
