-- columns: version
-- The version of the bookkeeping.  A copy of the schema without the rows has none
-- recorded; its tables are those of the first.
select coalesce(max(version), 1) as version from {.bookkeeping}
