-- columns: statement, table_name, mode
-- The statements by which what dbcare keeps of tables follows their new names, and
-- the renamed tables with their mode.  The trigger of a table has the name as of the
-- last dbarchive_enable().  Names may have been exchanged: each statement is about
-- all of them.
with moved as (
	select {shown:t.old} as was, {shown:t.tbl_name} as now
	from (select substr(name, 14) as old, tbl_name from main.sqlite_schema
		where type = 'trigger' and name glob 'dbcare_trash_*' and name not glob 'dbcare_trash_link_[0-9]*') as t
	where t.old <> t.tbl_name
	union
	select a.was, a.table_name from {archived_tables} as a where a.was <> a.table_name
), names (list, new_names) as (
	select group_concat(quote(was), ', '), group_concat(printf('when %Q then %Q', was, now), ' ')
	from moved
), kept (number, name) as (
	values (1, 'archived_table'), (3, 'hold'), (4, 'left_file'), (5, 'trash')
), lines as (
	select k.number, 1 as part, printf('update main.dbcare_%s set table_name = case table_name %s end where table_name in (%s)',
		k.name, n.new_names, n.list) as statement, null as table_name, null as mode
	from names as n
	cross join kept as k
	where n.list is not null
	union all
	-- a table that had such a name is gone
	select 6, 1, printf('update main.dbcare_row_shape set table_name = '' '' || table_name where table_name in (%s) and table_name not in (%s)',
		(select group_concat(quote(now), ', ') from moved), n.list), null, null
	from names as n
	where n.list is not null
	union all
	select 6, 2, printf('update main.dbcare_row_shape set table_name = case table_name %s end where table_name in (%s)', n.new_names, n.list), null, null
	from names as n
	where n.list is not null
	union all
	select 7, 1, null, m.now, (select a.mode from {archived_tables} as a where a.table_name = m.now)
	from moved as m
)
select statement, table_name, mode from lines order by number, part, table_name
