-- columns: mode
-- How deleted rows of table $1 are kept.
select mode from {archived_tables} as a where table_name = $1 and {may_be:$1}
