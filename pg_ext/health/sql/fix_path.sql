-- columns: statement
-- The statement that precedes each repair: names in it, and in the functions
-- of an index that is rebuilt, must not resolve to objects that other roles
-- have created in a schema of the search path.
select 'set search_path = pg_catalog, pg_temp' as statement
