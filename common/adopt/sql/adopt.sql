-- columns: none
-- Records that a ledger was adopted.
insert into {.adoption} (table_name, tool, keep_old, options, adopted_by)
values ($1, $2, $3, $4, $5)
on conflict (table_name) do update set tool = excluded.tool,
	keep_old = excluded.keep_old, options = excluded.options,
	adopted_at = excluded.adopted_at, adopted_by = excluded.adopted_by
