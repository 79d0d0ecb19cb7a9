-- columns: rights
-- What every role may do in this database; null: nothing.
select nullif(pg_catalog.concat_ws(', ',
	case when pg_catalog.has_database_privilege('public', pg_catalog.current_database(), 'connect') then 'connect' end,
	case when pg_catalog.has_database_privilege('public', pg_catalog.current_database(), 'temporary') then 'temporary' end), '') as rights
