-- columns: condition
-- The condition that row t of the trash is a deleted row of table $1 or its partitions: kept
-- under this name, but not while another table had it, or under another one that the table
-- had then.
select pg_catalog.format('t.action = ''delete'' and (t.table_name in (%s)%s)',
	(select pg_catalog.string_agg(pg_catalog.quote_literal(p.name), ', ') from {partitions:$1} as p (name)),
	(select pg_catalog.string_agg(pg_catalog.format(case when o.now = $1 then ' or t.table_id = %s and t.root is null'
			else ' and not (t.table_id = %s and t.root is null)' end, o.table_id), '' order by o.now = $1, o.table_id)
		from {bound_tables} as o where o.was <> o.now)) as condition
