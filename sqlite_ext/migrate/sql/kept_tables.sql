-- columns: function_name, arguments
-- The calls that make dbcare's triggers those that the tables need now: one for all whose
-- deleted rows are kept, and one for each whose changes are logged; none for tables $1, a JSON array.
with option as materialized (
	select c.table_id, json_group_array(c.now) filter (where c.word = 'exclude' and c.now is not null) as excluded,
		json_group_array(c.now) filter (where c.word = 'include') as included, max(c.now is not c.name) as differs
	from {option_columns} as c
	group by c.table_id
), logged as (
	select a.table_id, a.mode, c.options, coalesce((select t.tab from temp.dbcare_known as t
			where t.kind = 'audit' and t.key in (printf('dbcare_audit_%d_insert', a.table_id), printf('dbcare_audit_%d_update', a.table_id),
				printf('dbcare_audit_%d_delete', a.table_id))),
		(select t.tab from temp.dbcare_known as t where t.kind = 'column' and t.key = cast(a.table_id as text)),
		(select s.name from temp.dbcare_known as s where s.kind = 'table' and s.shown = a.table_name)) as tab,
		o.excluded, o.included, o.differs
	from main.dbcare_audited_table as a
	join {audited_options} as c on c.table_id = a.table_id
	left join option as o on o.table_id = a.table_id
	where a.disabled_at is null and a.table_name not in (select d.value from temp.json_each($1) as d)
), kept as (
	select a.table_name, n.name, s.sql
	from {archived_tables} as a
	cross join temp.dbcare_known as n on n.kind = 'table' and n.shown = a.table_name
	cross join main.sqlite_schema as s on s.rowid = n.place
	where a.mode = 'trash' and a.table_name not in (select d.value from temp.json_each($1) as d)
)
select 'dbarchive_enable' as function_name, json_object('relation', k.table_name, 'options', json_object('mode', 'trash')) as arguments
from (select min(table_name) as table_name from kept) as k
where exists (select 1 from kept as o
	where o.sql is not (select r.definition from main.dbcare_row_shape as r where r.table_name = o.table_name order by r.shape_id desc limit 1)
		or not exists (select 1 from temp.dbcare_known as t where t.kind = 'trash' and t.key = o.table_name and t.name = 'dbcare_trash_' || o.name))
union all
select 'dbaudit_enable', json_object('relation', (select {shown:l.tab}), 'options', json_patch(l.options, json_object('mode', l.mode)))
from logged as l
where l.tab is not null and (not exists (select 1 from temp.dbcare_known as t
		where t.kind = 'audit' and t.key = printf('dbcare_audit_%d_update', l.table_id))
	or l.differs
	or exists (select 1 from temp.pragma_table_xinfo(l.tab, 'main') as x
		where x.hidden = 0
			and x.name not in (select o.value from temp.json_each(l.excluded) as o)
			and (x.pk > 0 or json_type(l.options, '$.include') is null
				or x.name in (select o.value from temp.json_each(l.included) as o))
			-- a name that another column has had is as new as one that none has had
			and json_array(x.cid + 1, x.name) not in (select json_array(json_extract(c.value, '$.n'), json_extract(c.value, '$.name'))
				from temp.json_each((select s.columns from main.dbcare_audit_shape as s
					where s.table_id = l.table_id order by s.shape_id desc limit 1)) as c)))
order by 1, 2
