-- columns: table_name, column_name
-- The columns with paths of files, of all tables.
select table_name, file_column as column_name from main.dbcare_archived_table where file_column is not null
union
select table_name, json_extract(options, '$.file_column') from main.dbcare_policy where json_type(options, '$.file_column') = 'text'
order by 1, 2
