-- columns: condition
-- The condition that row t of the trash is a deleted row of table $1 or its partitions: kept under
-- this name, but not while another table had it, or under the one that the table had then.
select pg_catalog.format('t.action = ''delete'' and (t.table_name in (%s)%s)',
	(select pg_catalog.string_agg(pg_catalog.quote_literal(p.name), ', ') from {partitions:$1} as p (name)),
	(select pg_catalog.string_agg(pg_catalog.format(case when o.now = $1 then ' or t.table_name = %L and t.table_id = %s'
			else ' and not (t.table_name = %L and t.table_id = %s)' end, o.was, o.table_id), '' order by o.now = $1, o.table_id)
		from {bound_tables} as o where o.was <> o.now and $1 in (o.was, o.now))) as condition
