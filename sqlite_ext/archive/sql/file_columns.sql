-- columns: table_name, column_name
-- The columns with paths of files that policies name, of all tables.
select distinct table_name, json_extract(options, '$.file_column') as column_name
from main.dbcare_policy
where json_type(options, '$.file_column') = 'text'
order by 1, 2
