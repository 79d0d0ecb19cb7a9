-- columns: none
-- Records that what made the present version of the schema was a trigger of dbcare, which changes no columns.
update main.dbcare_row_shape
set schema_version = schema_version + 1
where schema_version = (select v.schema_version - 1 from temp.pragma_schema_version as v)
