-- columns: table_name, tool
-- The ledger of another tool that is still written, and read.
select a.table_name, a.tool from {.adoption} as a where a.keep_old
