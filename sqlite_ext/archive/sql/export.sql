-- columns: query, ordering, columns, unknown
-- The query for the rows of table $2 of schema $1, shown as $3, up to a further
-- condition, and its order: the row as JSON, or with $5 a text for each column.
-- $4 are the columns, as JSON, or null; with $6 deleted rows, which with $7 are
-- marked and otherwise in the trash, where condition $8 finds them.  The columns, and one that
-- does not exist.
with wanted (name, place) as materialized (
	select value, key from temp.json_each(coalesce($4, '[]'))
), col as materialized (
	select c.name, c.pk, coalesce(w.place, c.cid) as place, '"' || replace(c.name, '"', '""') || '"' as quoted
	from temp.pragma_table_xinfo($2, $1) as c
	left join wanted as w on w.name = c.name
	where c.hidden <> 1 and ($4 is null or w.name is not null)
), member as (
	select col.*, row_number() over (order by length(cast(name as blob)), name) as number,
		case when $6 and not $7 then printf(iif($5,
				'(select case e.type when ''object'' then (select iif(o.key = ''real'', '''', ''\x'') || o.value from temp.json_each(e.value) as o) else cast(e.value as text) end from temp.json_each(t.row_data) as e where e.key = %Q)',
				'coalesce((select case e.type when ''object'' then replace(e.value, ''":"'', ''": "'') else json_quote(e.value) end from temp.json_each(t.row_data) as e where e.key = %Q), ''null'')'), name)
			when $5 then replace('case typeof(@) when ''real'' then replace(replace(quote(@), ''9.0e+999'', ''Inf''), ''Inf'', ''Infinity'')
	when ''blob'' then ''\x'' || lower(hex(@))
	when ''text'' then iif(instr(@, char(0)) or @ glob ''*['' || char(1, 45, 8, 11, 12, 14, 45, 31) || '']*'', ''\x'' || lower(hex(@)), @)
	else cast(@ as text) end', '@', quoted)
			else replace({value_sql}, '@', quoted) end as value
	from col
), list as (
	select case when $5 then (select group_concat(value, ', ') from (select value from member order by place))
		when $6 and not $7 and $4 is null then 't.row_data'
		else '''{'' || ' || (select group_concat(text, ' || ')
			from (select '(' || group_concat(quote(iif(number > 1, ', ', '') || json_quote(name) || ': ') || ' || ' || value, ' || ') || ')' as text
				from (select * from member order by number)
				group by number / 50)) || ' || ''}''' end as text,
		(select json_group_array(name) from (select name from member order by place)) as names
)
select 'select ' || list.text || iif($6 and not $7,
		' from main.dbcare_trash as t where ' || $8,
		printf(' from "%w"."%w" where ', $1, $2)
			|| case when not $7 then '1' when $6 then 'deleted_at is not null' else 'deleted_at is null' end) as query,
	iif($6 and not $7, ' order by t.trash_id', coalesce(
		(select ' order by ' || group_concat('"' || replace(name, '"', '""') || '"', ', ')
			from (select name from temp.pragma_table_xinfo($2, $1) where pk > 0 order by pk)), '')) as ordering,
	list.names as columns,
	(select w.name from wanted as w where w.name not in (select name from col) order by w.place limit 1) as unknown
from list
