-- columns: schema, name, type
-- The schema, name and type of the table or view $1, in schema $2 if that is
-- not null; as in SQLite, temp is searched first and main next.  Schema tables
-- are excluded, since they have no DDL.
select "schema", name, type
from temp.pragma_table_list($1)
where name = $1 collate nocase and name not glob 'sqlite_*schema' and ($2 is null or "schema" = $2 collate nocase)
order by case "schema" when 'temp' then 0 when 'main' then 1 else 2 end,
	"schema", name
limit 1
