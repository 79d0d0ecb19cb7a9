-- columns: statement, is_advice, problem, place
-- What table $2 of schema $1 still needs for mode flag: columns, an index, and a
-- view of the rows that are not deleted.  SQLite lets the view follow its table when that
-- is renamed: it is made anew under the present name.  As advice, unique indexes that ignore
-- deleted rows.  Or what is in the way.
with recursive wanted (name, type) as (
	values ('deleted_at', 'text'), ('deleted_by', 'text'), ('deletion_id', 'integer')
), col as materialized (
	select cid, lower(name) as name, '"' || replace(name, '"', '""') || '"' as quoted, upper(type) as type
	from temp.pragma_table_info($2, $1)
), live (name) as (
	select $2 || '_live'
), shown as materialized (
	-- whether a view is like those that are made here, and of this table
	select name, type, is_named, is_live, iif(is_live, substr(text, -length(source)) = source, instr(substr(text, instr(text, ' as ')), lower($2)) > 0) as is_own
	from (select s.name, s.type, lower(s.name) = lower(l.name) as is_named, lower(s.sql) as text, lower(s.sql) glob 'create view "*_live" as select "*" from "*" where deleted_at is null' as is_live,
			lower(printf(' from "%w" where deleted_at is null', $2)) as source
		from live as l
		join main.sqlite_schema as s on lower(s.name) = lower(l.name) or s.type = 'view' and lower(s.name) glob '*_live') as v
), free_name (number, name) as (
	-- an index keeps the name that it got by an earlier name of its table
	select 1, $2 || '_deletion_id'
	union all
	select n.number + 1, printf('%s_deletion_id_%d', $2, n.number + 1)
	from free_name as n
	where exists (select 1 from main.sqlite_schema as s where lower(s.name) = lower(n.name))
), found as (
	select printf('alter table main."%w" add column %s %s', $2, w.name, w.type) as statement, 0 as is_advice,
		null as problem, 1 as place
	from wanted as w
	where w.name not in (select name from col)
	union all
	select null, 0, printf('Column %s of table %s has type %s', c.name, $2, lower(c.type)), 0
	from col as c
	join wanted as w on w.name = c.name
	where iif(c.name = 'deletion_id', c.type not glob '*INT*',
		c.type glob '*INT*' or c.type glob '*REAL*' or c.type glob '*FLOA*' or c.type glob '*DOUB*' or c.type glob '*BLOB*')
	union all
	select printf('create index main."%w" on "%w" (deletion_id) where deletion_id is not null',
		(select n.name from free_name as n order by n.number desc limit 1), $2), 0, null, 2
	where not exists (
		select 1
		from temp.pragma_index_list($2, $1) as i
		join temp.pragma_index_info(i.name, $1) as k on k.seqno = 0
		where lower(k.name) = 'deletion_id')
	union all
	select printf('drop view main."%w"', s.name), 0, null, 3
	from shown as s
	where s.is_live and s.type = 'view' and s.is_own <> s.is_named
	union all
	select printf('create view main."%w" as select %s from "%w" where deleted_at is null', l.name,
		(select group_concat(quoted, ', ') from (select quoted from col where name not in (select name from wanted) order by cid)), $2),
		0, null, 4
	from live as l
	where not exists (select 1 from shown as s where s.is_named and s.is_own)
	union all
	select null, 0, printf(iif(s.type = 'view', '%s exists and is a view of other tables', '%s exists and is not a view'), l.name), 0
	from live as l
	join shown as s on s.is_named and (s.type <> 'view' or not s.is_live and not s.is_own)
	union all
	select printf('create unique index main."%w_%w_live" on "%w" (%s) where deleted_at is null', $2,
		(select group_concat(k.name, '_') from (select name from temp.pragma_index_info(i.name, $1) order by seqno) as k), $2,
		(select group_concat(printf('"%w"', k.name), ', ') from (select name from temp.pragma_index_info(i.name, $1) order by seqno) as k)),
		1, null, 5
	from temp.pragma_index_list($2, $1) as i
	where i."unique" and i.origin <> 'pk' and not i.partial
		and not exists (select 1 from temp.pragma_index_info(i.name, $1) where name is null)
)
select statement, is_advice, problem, place
from found
order by place, statement, problem
