-- columns: schema, name, parent_schema, parent
-- Tables with a foreign key to another table; the parent as the key names it.
select distinct 'main' as "schema", child as name, 'main' as parent_schema, "table" as parent
from temp.dbcare_foreign_keys($foreign_keys)
where child <> "table" collate nocase
