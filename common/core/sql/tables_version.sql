-- columns: version
-- The version of dbcare's tables.  In a copy of the schema without rows no
-- version is recorded; its tables are treated as version 1.
select coalesce(max(version), 1) as version from {.bookkeeping}
