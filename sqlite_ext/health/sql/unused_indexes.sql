-- columns: {finding}
-- SQLite does not count how often an index is used.
select 'not_applicable' as severity, null as object, null as value, null as detail, null as fix_sql,
	'SQLite does not count the use of indexes' as reason, null as probe
