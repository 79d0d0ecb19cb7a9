-- columns: statement
-- The statements by which what dbcare keeps of tables follows their new names.  Names
-- may have been exchanged: each statement is about all of them.
with moved as (
	select o.was, o.now from {old_names} as o where o.was <> o.now
	union
	select a.was, a.table_name from {archived_tables} as a where a.was <> a.table_name
), names (list, new_names) as (
	select group_concat(quote(was), ', '), group_concat(printf('when %Q then %Q', was, now), ' ')
	from moved
), kept (number, name) as (
	values (1, 'archived_table'), (3, 'hold'), (4, 'left_file'), (5, 'trash')
), lines as (
	select k.number, 1 as part, printf('update main.dbcare_%s set table_name = case table_name %s end where table_name in (%s)',
		k.name, n.new_names, n.list) as statement
	from names as n
	cross join kept as k
	where n.list is not null
	union all
	-- a table that had such a name is gone
	select 6, 1, printf('update main.dbcare_row_shape set table_name = '' '' || table_name where table_name in (%s) and table_name not in (%s)',
		(select group_concat(quote(now), ', ') from moved), n.list)
	from names as n
	where n.list is not null
	union all
	select 6, 2, printf('update main.dbcare_row_shape set table_name = case table_name %s end where table_name in (%s)', n.new_names, n.list)
	from names as n
	where n.list is not null
)
select statement from lines order by number, part
