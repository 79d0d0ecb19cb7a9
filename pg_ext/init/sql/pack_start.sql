-- columns: path
-- The first statement of each script of a pack: names are found in the catalog, then
-- in the schema that objects are created in, whatever the search_path of the user has
-- before or between them.
select pg_catalog.set_config('search_path', pg_catalog.format('%I, pg_temp', pg_catalog.current_schema()), true) as path
