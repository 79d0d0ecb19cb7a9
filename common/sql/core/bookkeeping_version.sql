-- The version of the bookkeeping.
select coalesce(max(version), 0) from {.bookkeeping}
