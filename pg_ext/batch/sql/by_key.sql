-- columns: enable_sort, enable_incremental_sort
-- Makes the planner read rows in index order: with the statistics of a freshly
-- filled table it would rather sort all remaining rows.
select pg_catalog.set_config('enable_sort', 'off', true) as enable_sort,
	pg_catalog.set_config('enable_incremental_sort', 'off', true) as enable_incremental_sort
