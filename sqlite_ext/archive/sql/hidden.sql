-- columns: table_name
-- SQLite has no row security: no row, whatever $1 is.
select $1 as table_name
where false
