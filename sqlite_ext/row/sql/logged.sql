-- columns: shape_id, names
-- The columns that the log has of table $2 of schema $1, 0 if its changes are not
-- logged; where the table has more of them, those without the number that tells which
-- are newer, see common/audit/enable.c; and the present names of those that were renamed since, as a JSON object: SQLite
-- has renamed them in the triggers, but not the text that these write.
with shape as materialized (
	select s.shape_id, s.table_id, s.columns, (select u.sql from main.sqlite_schema as u
			where u.type = 'trigger' and u.tbl_name = t.tbl_name and u.name glob 'dbcare_audit_[0-9]*_update') as sql
	from main.sqlite_schema as t
	join main.dbcare_audit_shape as s on s.table_id = cast(substr(t.name, length('dbcare_audit_') + 1) as integer)
	where t.type = 'trigger' and t.tbl_name = $2 collate nocase and $1 = 'main' and t.name glob 'dbcare_audit_[0-9]*_delete'
	order by s.shape_id desc
	limit 1
), part as materialized (
	-- the trigger has the columns in this order: each is searched in its part first
	select row_number() over (order by p.key) as place, p.value as text
	from shape as s
	join temp.json_each('[' || replace(json_quote(s.sql), ' union all select ', '","') || ']') as p
	where instr(p.value, ': ['' where old.')
), col as (
	select c.name, c.text, iif(instr(p.text, c.text), p.text, s.sql) as sql
	from (select json_extract(c.value, '$.name') as name,
			replace(json_quote(json_extract(c.value, '$.name')), '''', '''''') || ': ['' where old.' as text,
			row_number() over (order by length(cast(json_extract(c.value, '$.name') as blob)), json_extract(c.value, '$.name')) as place
		from shape as s
		join temp.json_each(s.columns) as c) as c
	cross join shape as s
	left join part as p on p.place = c.place
), renamed as (
	select c.name, x.name as now
	from (select name, text, substr(sql, instr(sql, text) + length(text), 520) as rest from col
		where instr(sql, text || printf('"%w" ', name)) = 0 and instr(sql, text)) as c
	-- nearly all columns have their name: the triggers are not searched for each pair of columns
	cross join temp.pragma_table_xinfo($2, $1) as x on substr(c.rest, 1, length(printf('"%w" ', x.name))) = printf('"%w" ', x.name)
)
select coalesce((select case when json_array_length(s.columns) = (select count(*) from temp.pragma_table_xinfo($2, $1) as x where x.hidden = 0) then s.shape_id
		else coalesce((select max(o.shape_id) from main.dbcare_audit_shape as o
			where o.table_id = s.table_id and o.columns = char(91, 123) || substr(s.columns, instr(s.columns, ', ') + 2)), s.shape_id) end
	from shape as s), 0) as shape_id, (select json_group_object(name, now) from renamed) as names
