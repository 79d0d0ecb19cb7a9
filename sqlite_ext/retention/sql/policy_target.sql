-- columns: target, columns, same_key, images, statements, is_same, is_apart, problem
-- Where rows of table $2 of schema $1 are archived, as $3 says, or, if that is
-- null, in a table with _archive behind its name: that table, the columns of a
-- row, the condition that row dbcare_target, of that table, has the key of a row of the table,
-- the condition that the rest is the same too, and the statements that make it, or add columns that it lacks, as a JSON array.
-- $3 is a table, of the attached database $4 if that is not null, or such a
-- database.  It has the key of the table and no other constraint.  Whether it
-- is the table itself; and whether it is in another file, so that rows are copied
-- and deleted in two transactions: SQLite does not commit two files at once.
-- And why rows cannot be archived there.
with place as materialized (
	select (select d.name from temp.pragma_database_list as d where lower(d.name) = lower(coalesce($4, $3))) as name
), named as materialized (
	select coalesce(p.name, 'main') as place, case when $3 is null then $2 || '_archive'
		when $4 is null and p.name is not null then $2
		else $3 end as name
	from place as p
), col as materialized (
	select c.cid, c.name, c.type, c.pk, exists (select 1 from temp.pragma_table_xinfo((select name from named),
		(select place from named)) as t where lower(t.name) = lower(c.name)) as is_there
	from temp.pragma_table_xinfo($2, $1) as c
	where c.hidden = 0
), keyed as materialized (
	select name, pk from col where pk > 0
)
select printf('"%w"."%w"', n.place, n.name) as target,
	(select group_concat(printf('"%w"', name), ', ') from (select name from col order by cid)) as columns,
	(select group_concat(printf('dbcare_target."%w" is "%w"."%w" collate binary', name, $2, name), ' and ') from keyed) as same_key,
	(select group_concat(printf('typeof(dbcare_target."%w") = typeof("%w"."%w") and +dbcare_target."%w" is +"%w"."%w" collate binary', name, $2, name,
		name, $2, name), ' and ') from col) as images,
	case when not exists (select 1 from temp.pragma_table_xinfo(n.name, n.place))
		then json_array(printf('create table "%w"."%w" (%s, primary key (%s))', n.place, n.name,
			(select group_concat(printf('"%w" %s', name, type), ', ') from (select name, type from col order by cid)),
			(select group_concat(printf('"%w"', name), ', ') from (select name from keyed order by pk))))
	else (select json_group_array(printf('alter table "%w"."%w" add column "%w" %s', n.place, n.name, name, type))
		from (select name, type from col where not is_there order by cid)) end as statements,
	n.place = 'main' and lower(n.name) = lower($2) as is_same, n.place <> 'main' as is_apart,
	case when n.name = '' then 'A name is missing.'
		when lower(n.name) like 'dbcare\_%' escape '\' or lower(n.name) like 'sqlite\_%' escape '\' then 'That name is reserved.'
		when n.place = 'temp' then 'Temporary tables end with the connection.'
		when $4 is not null and (select p.name from place as p) is null then 'Its schema or database does not exist.'
		when exists (select 1 from temp.pragma_table_list(n.name) as t
			where t.schema = n.place and t.type <> 'table') then 'That is not a table.'
	end as problem
from named as n
