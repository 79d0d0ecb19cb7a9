-- columns: schema_version
-- Changes whenever the schema does.
select v.schema_version from temp.pragma_schema_version as v
