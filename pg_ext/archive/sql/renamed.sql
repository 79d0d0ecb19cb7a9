-- columns: statement, table_name, mode
-- The statements by which what dbcare keeps of tables follows their new names, and
-- the renamed tables with their mode.  Names may have been exchanged: what has no
-- number of its table is renamed by a statement about all of them.
with moved as (
	select b.was, b.now, b.table_id
	from {bound_tables} as b
	where b.was <> b.now and (exists (select from dbcare.archived_table as a where a.table_id = b.table_id)
		or exists (select from pg_catalog.pg_trigger as t where t.tgrelid = b.relid and t.tgfoid in {own_function:dbarchive_capture}))
), names (list, new_names) as (
	select pg_catalog.string_agg(pg_catalog.quote_literal(was), ', ' order by was),
		pg_catalog.string_agg(pg_catalog.format('when %L then %L', was, now), ' ' order by was)
	from moved
	having pg_catalog.count(*) > 0
), kept (number, name) as (
	values (3, 'hold')
), numbered (number, name, col) as (
	values (1, 'archived_table', 'table_name'), (4, 'left_file', 'table_name'), (5, 'trash', 'table_name'), (6, 'trash', 'root'), (7, 'known_table', 'table_name')
), lines as (
	select k.number, 1 as part,
		pg_catalog.format('update dbcare.%1$I set table_name = case table_name %2$s end where table_name in (%3$s)', k.name, n.new_names, n.list) as statement,
		null as table_name, null as mode
	from names as n
	cross join kept as k
	union all
	select k.number, 1, pg_catalog.format('update dbcare.%1$I set %2$I = %3$L where table_id = %4$s and %2$I = %5$L', k.name, k.col, m.now, m.table_id, m.was), null, null
	from moved as m
	cross join numbered as k
	union all
	select 8, 1, null, m.now, (select a.mode from dbcare.archived_table as a where a.table_id = m.table_id)
	from moved as m
)
select statement, table_name, mode from lines order by number, part, table_name
