-- columns: table_name, statement, place, is_foreign
-- The statements that make the triggers, those of tables $1 or all if that is null, those that the tables with mode trash
-- need: each of these tables, and the tables whose rows its cascades delete, has
-- one that keeps deleted rows, and a table whose foreign keys that sets to null
-- or their default has one that keeps the keys.  They are plain SQL, so that programs without dbcare
-- can delete rows, and writes the JSON that row/image.c reads.  A number of a
-- batch is that of its first row; rows are in the batch of the row before if that is of the same
-- command: sqlite_sequence has what the command began with until it ends.  Where an application has
-- emptied sqlite_sequence, rows of the same time are of one command.
with recursive cascade (child, parent) as materialized (
	select s.name, lower(f."table")
	from main.sqlite_schema as s
	join temp.pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and instr(lower(s.sql), 'cascade') and f.on_delete = 'CASCADE'
), named (name, shown) as materialized (
	select s.name, cast({shown:s.name} as text) from main.sqlite_schema as s where s.type = 'table'
), wanted (name) as materialized (
	select s.name from named as s where $1 is null or s.shown in (select w.value from temp.json_each($1) as w)
), family (name) as materialized (
	select s.name
	from {archived_tables} as t
	cross join named as s on s.shown = t.table_name
	where t.mode = 'trash'
	union
	select c.child
	from family as f
	join cascade as c on c.parent = lower(f.name)
), link as materialized (
	select s.name as tab, f.id, f."from" as name, f.seq, f."table" as parent, f.on_delete,
		coalesce(f."to", (select p.name from temp.pragma_table_info(f."table", 'main') as p where p.pk = f.seq + 1)) as target,
		(select c.dflt_value from temp.pragma_table_info(s.name, 'main') as c where c.name = f."from" collate nocase) as fallback
	from main.sqlite_schema as s
	join temp.pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and s.name in (select w.name from wanted as w) and instr(lower(s.sql), ' set ') and f.on_delete in ('SET NULL', 'SET DEFAULT')
		and lower(f."table") in (select lower(name) from family)
), form (pattern) as materialized (
	select {value_sql}
), col as materialized (
	select t.name as tab, t.wr, c.cid, c.name, c.pk, json_quote(c.name) || ': ' as label, printf('"%w"', c.name) as quoted,
		-- in the order of jsonb
		row_number() over (partition by t.name order by length(cast(c.name as blob)), c.name) as number,
		-- the rowid, an integer, unless the application makes the table anew, and the triggers from their text
		c.pk = 1 and lower(c.type) = 'integer'
			and not exists (select 1 from temp.pragma_index_list(t.name, 'main') as i where i.origin = 'pk') as is_rowid
	from temp.pragma_table_list as t
	join temp.pragma_table_xinfo(t.name, 'main') as c
	where t."schema" = 'main' and t.name in (select name from family union all select tab from link) and t.name in (select w.name from wanted as w)
		and c.hidden <> 1
), tab as (
	select tab as name, {shown:tab} as shown, case when max(wr) then null
		when not max(name = 'rowid' collate nocase) then 'rowid'
		when not max(name = '_rowid_' collate nocase) then '_rowid_' else 'oid' end as place
	from col
	group by tab
), part as (
	-- in groups, since the number of terms is limited
	select tab, row, number / 400 as part, group_concat(printf('select %Q, %s.%s', label, row, quoted), ' union all ') as text
	from (select col.*, r.row from col cross join (select 'old' as row union all select 'new') as r order by tab, row, number)
	group by tab, row, number / 400
), image as materialized (
	-- columns are rows, so that the text that makes a value JSON is there once
	select tab, row as of, printf('(select ''{'' || group_concat(label || %s, '', '') || ''}''
	from (select null as label, null as v where 0 union all %s))', replace(pattern, '@', 'v'),
			group_concat(iif(part = 0, text, printf('select * from (%s)', text)), ' union all ')) as text
	from (select * from part order by tab, row, part)
	cross join form
	group by tab, row
), member as materialized (
	select t.name as tab, t.shown, t.place, r.row, c.pk, c.name, c.label, c.quoted,
		iif(c.is_rowid,
			'iif(typeof(' || r.row || '.' || c.quoted || ') = ''integer'', ' || r.row || '.' || c.quoted || ', raise(abort, '
				|| quote('the key of table ' || t.name || ' is not its rowid any more: call dbarchive_enable() for it again') || '))',
			replace(pattern, '@', r.row || '.' || c.quoted)) as value
	from tab as t
	cross join (select 'old' as row union all select 'new') as r
	cross join form
	left join col as c on c.tab = t.name and c.pk > 0
	order by t.name, r.row, c.number
), key as materialized (
	select tab, shown, row as of, row || '.' || place as place, case count(name)
			when 0 then '''{"rowid": '' || ' || row || '.' || place || ' || ''}'''
			when 1 then max(value)
			else '''{'' || ''' || substr(group_concat(quote(', ' || label) || ' || ' || value, ' || '), 4) || ' || ''}''' end as text,
		iif(count(name) > 1, (select '''['' || ' || group_concat(v.value, ' || '', '' || ') || ' || '']'''
			from (select m.value from member as m where m.tab = o.tab and m.row = o.row order by m.pk) as v), 'null') as vals,
		iif(count(name) = 0, '1', group_concat(printf('%s.%s is null', row, quoted), ' or ')) as has_no_key,
		(select max(s.shape_id) from main.dbcare_row_shape as s where s.table_name = shown) as shape_id
	-- the order within a group is that of the rows of a subquery
	from (select * from member) as o
	group by tab, row
), store as (
	-- the action of a trigger; after an update the row has another key.  SQLite would store what a
	-- SELECT gives in a temporary table first, for each row.
	select k.action, replace(printf('
insert into dbcare_trash (batch_id, action, table_name, shape_id, row_key, key_values, row_data, place, deleted_at, schema_row, %s)
values (coalesce(
	(select t.batch_id from dbcare_trash as t
		where t.trash_id = (select max(trash_id) from dbcare_trash) and t.deleted_at = <now>
			and t.trash_id > coalesce((select seq from sqlite_sequence where name = ''dbcare_trash''), 0)),
	1 + max(coalesce((select max(trash_id) from dbcare_trash), 0),
		coalesce((select seq from sqlite_sequence where name = ''dbcare_trash''), 0))),
	%Q, %%Q, %%d, %%s,
	%%s,
	%%s,
	%%s, <now>, (select max(rowid) from sqlite_schema),
	%%s);
end', k.content, k.action), '<now>', 'strftime(''%%Y-%%m-%%dT%%H:%%M:%%fZ'', ''now'')') as text
	from (select 'delete' as action, 'definition' as content union all select 'detach', 'image') as k
), needed as (
	select k.tab, 'dbcare_trash_' || k.tab as name,
		printf('CREATE TRIGGER "dbcare_trash_%w" after delete on "%w" begin', k.tab, k.tab)
			|| printf(s.text, k.shown, k.shape_id, k.text, k.vals, i.text, coalesce(k.place, 'null'),
				-- by the number that the table has in the schema, unless VACUUM has changed that
				printf('case when (select w.sql from sqlite_schema as w where w.rowid = (select r.schema_row from dbcare_row_shape as r where r.shape_id = %d))
		= (select r.definition from dbcare_row_shape as r where r.shape_id = %d) then null
	else (select s.sql from sqlite_schema as t join sqlite_schema as s on s.type = ''table'' and s.name = t.tbl_name
		where t.type = ''trigger'' and t.name = %Q) end', k.shape_id, k.shape_id, 'dbcare_trash_' || k.tab)) as sql
	from family as f
	join key as k on k.tab = f.name and k.of = 'old'
	join image as i on i.tab = k.tab and i.of = k.of
	join store as s on s.action = 'delete'
	union all
	select l.tab, printf('dbcare_trash_link_%d_%s', l.id, l.tab),
		printf('CREATE TRIGGER "dbcare_trash_link_%d_%w" after update of %s on "%w"
when %s
	and not exists (select 1 from "%w" as p where %s) begin', l.id, l.tab, group_concat(l.quoted, ', '), l.tab,
			group_concat(printf('old.%s is not null and (new.%s is null or new.%s is (%s))', l.quoted, l.quoted, l.quoted,
				coalesce(l.fallback, 'null')), '
	and '), l.parent, group_concat(printf('p."%w" = old.%s', l.target, l.quoted), ' and '))
			|| printf(s.text, k.shown, k.shape_id, k.text, k.vals,
				'''{'' || ' || group_concat(quote(iif(l.seq > 0, ', ', '') || l.label) || ' || ' || replace(pattern, '@', 'old.' || l.written), ' || ')
					|| ' || ''}''', coalesce(k.place, 'null'), printf('case when %s then %s end', k.has_no_key, i.text))
	from (select link.*, printf('"%w"', link.name) as quoted, c.label, c.quoted as written
		from link
		join col as c on c.tab = link.tab and c.name = link.name collate nocase
		order by link.tab, link.id, link.seq) as l
	cross join form
	join key as k on k.tab = l.tab and k.of = 'new'
	join image as i on i.tab = k.tab and i.of = k.of
	join store as s on s.action = 'detach'
	group by l.tab, l.id
), pair as (
	-- what is there and what is needed, once each: SQLite parses a table expression for each reference
	select name, max(coalesce(needed_tab, '')) as needed_tab, max(coalesce(tab, '')) as tab, max(sql) as sql, max(needed_sql) as needed_sql
	from (select name, tbl_name as tab, sql, null as needed_tab, null as needed_sql
		from main.sqlite_schema
		where type = 'trigger' and name glob 'dbcare_trash_*' and tbl_name in (select w.name from wanted as w)
		union all
		select name, null, null, tab, sql
		from needed)
	group by name
	having max(sql) is not max(needed_sql)
)
-- a trigger is dropped before another table, renamed, gets one of that name
select {shown:p.tab} as table_name, iif(p.place = 1, printf('drop trigger main."%w"', p.name), p.needed_sql) as statement, p.place, 0 as is_foreign
from (select n.name, n.needed_sql, iif(n.needed_tab <> '', n.needed_tab, n.tab) as tab, x.place
	from pair as n
	cross join (select 1 as place union all select 2) as x
	where iif(x.place = 1, n.sql, n.needed_sql) is not null) as p
order by table_name, place
