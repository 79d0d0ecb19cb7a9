-- columns: has_holds
-- as owner
-- Whether any row of the database is held.
select exists (select 1 from {.hold}) as has_holds
