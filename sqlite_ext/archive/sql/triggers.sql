-- columns: table_name, statement, place
-- The statements that make the triggers those that the tables with mode trash
-- need: each of these tables, and the tables whose rows its cascades delete, has
-- one that keeps deleted rows.  It is plain SQL, so that programs without dbcare
-- can delete rows, and writes the JSON that row/image.c reads.  A number of a
-- batch is that of its first row; rows are in the batch of the row before if the
-- time is the same, which it is during a command.
with recursive cascade (child, parent) as materialized (
	select s.name, lower(f."table")
	from main.sqlite_schema as s
	join temp.pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and instr(lower(s.sql), 'cascade') and f.on_delete = 'CASCADE'
), family (name) as (
	select s.name
	from main.dbcare_archived_table as t
	join main.sqlite_schema as s on s.type = 'table' and {shown:s.name} = t.table_name
	where t.mode = 'trash'
	union
	select c.child
	from family as f
	join cascade as c on c.parent = lower(f.name)
), col as (
	select f.name as tab, c.name, c.pk, json_quote(c.name) || ': ' as label,
		replace({value_sql}, '@', 'old."' || replace(c.name, '"', '""') || '"') as value
	from family as f
	join temp.pragma_table_xinfo(f.name, 'main') as c
	where c.hidden <> 1
), member as (
	-- in the order of jsonb
	select tab, pk, value, label, row_number() over (partition by tab order by length(cast(name as blob)), name) as number,
		row_number() over (partition by tab, pk > 0 order by length(cast(name as blob)), name) as key_number
	from col
), part as (
	-- in groups, since the depth of expressions is limited
	select tab, number / 50 as part,
		'(' || group_concat(quote(iif(number > 1, ', ', '') || label) || ' || ' || value, ' || ') || ')' as text
	from (select * from member order by tab, number)
	group by tab, number / 50
), image as (
	select tab, '''{'' || ' || group_concat(text, ' || ') || ' || ''}''' as text
	from (select * from part order by tab, part)
	group by tab
), place as (
	select t.name as tab, 'old.' || case when t.wr then null
		when 'rowid' not in (select lower(name) from col where tab = t.name) then 'rowid'
		when '_rowid_' not in (select lower(name) from col where tab = t.name) then '_rowid_'
		else 'oid' end as text
	from temp.pragma_table_list as t
	where t."schema" = 'main' and t.name in (select name from family)
), key as (
	select p.tab, case (select count(*) from member as m where m.tab = p.tab and m.pk > 0)
		when 0 then '''{"rowid": '' || ' || p.text || ' || ''}'''
		when 1 then (select m.value from member as m where m.tab = p.tab and m.pk > 0)
		else '''{'' || ' || (select group_concat(m.text, ' || ')
				from (select tab, quote(iif(key_number > 1, ', ', '') || label) || ' || ' || value as text
					from member where pk > 0 order by key_number) as m
				where m.tab = p.tab)
			|| ' || ''}''' end as text
	from place as p
), needed as (
	select p.tab, 'dbcare_trash_' || p.tab as name,
		printf('CREATE TRIGGER "dbcare_trash_%w" after delete on "%w" begin
insert into dbcare_trash (batch_id, table_name, row_key, row_data, place, deleted_at)
select coalesce(
	(select t.batch_id from dbcare_trash as t
		where t.trash_id = (select max(trash_id) from dbcare_trash) and t.deleted_at = n.at),
	1 + max(coalesce((select max(trash_id) from dbcare_trash), 0),
		coalesce((select seq from sqlite_sequence where name = ''dbcare_trash''), 0))),
	%Q, %s,
	%s,
	%s, n.at
from (select strftime(''%%Y-%%m-%%dT%%H:%%M:%%fZ'', ''now'') as at) as n;
end', p.tab, p.tab, (select {shown:p.tab}), k.text, i.text, coalesce(p.text, 'null')) as sql
	from place as p
	join key as k on k.tab = p.tab
	join image as i on i.tab = p.tab
), existing as (
	select tbl_name as tab, name, sql
	from main.sqlite_schema
	where type = 'trigger' and name glob 'dbcare_trash_*'
)
select {shown:e.tab} as table_name, printf('drop trigger main."%w"', e.name) as statement, 1 as place
from existing as e
where not exists (select 1 from needed as n where n.name = e.name and n.sql = e.sql)
union all
select {shown:n.tab}, n.sql, 2
from needed as n
where not exists (select 1 from existing as e where e.name = n.name and e.sql = n.sql)
order by table_name, place
