-- columns: table_name, column_name
-- The columns with paths of files, of all tables.
select table_name, file_column as column_name from {archived_tables} as a where file_column is not null
union
select table_name, json_extract(options, '$.file_column') from {policies} as p where json_type(options, '$.file_column') = 'text'
order by 1, 2
