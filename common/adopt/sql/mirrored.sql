-- columns: table_name, tool
-- The mirrored ledger of another tool.
select a.table_name, a.tool from {.adoption} as a where a.keep_old
