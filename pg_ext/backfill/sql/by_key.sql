-- columns: enable_sort, enable_incremental_sort
-- Has rows found in the order of an index: what is known of a table that was just
-- filled makes it look better to sort all that is left of it.
select pg_catalog.set_config('enable_sort', 'off', true) as enable_sort,
	pg_catalog.set_config('enable_incremental_sort', 'off', true) as enable_incremental_sort
