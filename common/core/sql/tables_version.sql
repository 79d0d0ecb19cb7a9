-- columns: version
-- The version of dbcare's tables; 0 in a copy of the schema without rows.
select coalesce(max(version), 0) as version from {.bookkeeping}
