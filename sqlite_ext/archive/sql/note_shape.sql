-- columns: none
-- Stores the columns of table $1 if they differ from the last ones stored.  A column
-- keeps its number, whatever its name: SQLite has renamed it in dbcare's triggers, but not
-- the text that they write.  Where no trigger has named the columns for a time, a column
-- keeps its number if it cannot have been dropped and created again meanwhile, which
-- puts it behind the others; or if it is in another table with the same columns.
insert into main.dbcare_row_shape (table_name, definition, schema_row, place, schema_version, last_number, noted_after, columns)
with recursive tab as (
	select n.name, s.sql as definition, n.place, n.shown, v.schema_version,
		(select max(t.kind = 'trash') from temp.dbcare_known as t where t.kind in ('trash', 'link') and t.shown = n.shown) as is_whole
	from temp.dbcare_known as n
	cross join main.sqlite_schema as s on s.rowid = n.place
	join temp.pragma_schema_version as v
	where n.kind = 'table' and n.key = lower($1)
), last as (
	select r.*
	from main.dbcare_row_shape as r
	join tab on tab.shown = r.table_name
	order by r.shape_id desc
	limit 1
), needed as materialized (
	select tab.*, (select max(r.last_number) from main.dbcare_row_shape as r) as most, last.schema_version is tab.schema_version as is_same, last.place is tab.place as is_here
	from tab
	left join last
	where last.definition is not tab.definition or last.schema_row is not tab.place or tab.is_whole is null
), old as materialized (
	select json_extract(g.value, '$.n') as n, json_extract(g.value, '$.name') as name, json_extract(g.value, '$.type') as type, g.key as pos,
		replace(json_quote(json_extract(g.value, '$.name')), '''', '''''') || ': ''' as label
	from needed
	cross join last
	join temp.json_each(last.columns) as g
), col as materialized (
	select c.cid, c.name, c.type, c.pk, c.hidden, printf('"%w"', c.name) as quoted
	from needed
	join temp.pragma_table_xinfo(needed.name, 'main') as c
	where c.hidden <> 1
), form (text) as (
	values (', old.'), (' || case typeof(old.'), (' || case typeof(new.')
), written as materialized (
	-- what a trigger reads for the text
	select old.n, substr(t.sql, instr(t.sql, old.label || f.text) + length(old.label || f.text), 520) as text
	from needed
	cross join temp.dbcare_known as n on n.kind in ('trash', 'link') and n.shown = needed.shown
	cross join main.sqlite_schema as t on t.rowid = n.place
	cross join old
	cross join form as f
	where instr(t.sql, old.label || f.text)
), named as materialized (
	select distinct w.n, c.cid
	from written as w
	join col as c on substr(w.text, 1, length(c.quoted) + 1) in (c.quoted || ' ', c.quoted || ')')
), matched as (
	select c.cid, case
			when needed.is_whole then (select max(m.n) from named as m where m.cid = c.cid group by m.cid having count(*) = 1
				and not exists (select 1 from named as o where o.n = m.n and o.cid <> c.cid))
			when needed.is_whole = 0 then coalesce((select max(m.n) from named as m where m.cid = c.cid group by m.cid having count(*) = 1), (
				select old.n from old where old.name = c.name and old.type = c.type and old.n not in (select m.n from named as m)))
			when needed.is_same then old.n
			when needed.is_here then iif(exists (select 1 from col as k where k.cid >= c.cid and k.pk > 0)
				and not exists (select 1 from old as o join col as k on k.name = o.name where o.pos > old.pos and k.cid < c.cid), old.n, null)
			when (select count(*) from col) = (select count(*) from old)
				and (select count(*) from col as k join old as o on o.name = k.name and o.type = k.type) = (select count(*) from old) then old.n end as n
	from needed
	cross join col as c
	left join old on old.name = c.name and old.type = c.type
), numbered as (
	select c.name, c.type, c.hidden, coalesce(m.n, coalesce(needed.most, 0) + row_number() over (partition by m.n is null order by c.cid)) as n
	from needed
	cross join col as c
	join matched as m on m.cid = c.cid
	order by c.cid
), made as (
	select json_group_array(iif(hidden, json_object('n', n, 'name', name, 'type', type, 'generated', json('true')), json_object('n', n, 'name', name, 'type', type))) as columns,
		max(n) as last_number
	from (select * from numbered)
)
select needed.shown, needed.definition, needed.place, iif(needed.is_whole is null, needed.place, null), iif(needed.is_whole is null, needed.schema_version, null),
	max(made.last_number, coalesce(needed.most, 0)),
	max(coalesce((select max(t.trash_id) from main.dbcare_trash as t), 0), coalesce((select q.seq from main.sqlite_sequence as q where q.name = 'dbcare_trash'), 0)),
	made.columns
from needed
cross join made
left join last
where last.columns is not made.columns or last.definition is not needed.definition or last.schema_row is not needed.place
	or needed.is_whole is null and (last.schema_version is not needed.schema_version or last.place is not needed.place)
