-- columns: none
-- Copies the rows with the columns $8 that batch $1 has deleted from table $2, or only
-- row $5 of the trash, to where rows are restored from, as step $3 of set $4.  Their
-- members get the names $9, a JSON object, and rows get the members of $6.  $7 is the
-- number of the table on PostgreSQL.  $11 is the last number there: a statement that reads it
-- itself, or numbers rows in a window, makes SQLite copy each row twice.
insert into {.quarantine} (quarantine_id, repair_id, step, table_name, constraint_name, action, row_key, row_data, place, reason{postgresql:, table_id, is_secured})
select $11 + {postgresql:row_number() over (order by t.trash_id)}{sqlite:t.trash_id},
	$4, $3, $10, '', 'delete', t.row_key,
	{postgresql:case when $6 is null and $9 is null then t.row_data else ((
		select pg_catalog.jsonb_object_agg(coalesce(cast($9 as pg_catalog.jsonb) ->> m.key, m.key), m.value)
		from pg_catalog.jsonb_each(t.row_data::pg_catalog.jsonb) as m) || coalesce(cast($6 as pg_catalog.jsonb), pg_catalog.jsonb_build_object()))::text end}{sqlite:iif($6 is null and $9 is null, t.row_data, (
		select json_group_object(coalesce(n.value, m.key), json(case m.type when 'text' then json_quote(m.atom) when 'null' then 'null'
			when 'object' then m.value else m.atom end))
		from (select key, type, value, atom from temp.json_each(t.row_data)
			union all
			select key, type, value, atom from temp.json_each($6)) as m
		left join temp.json_each($9) as n on n.key = m.key))}, t.place, ''{postgresql:, t.table_id, t.is_secured}
from {.trash} as t
where {in_batch} and t.action = 'delete' and t.table_name = $2 and t.trash_id = coalesce($5, t.trash_id) and t.shape_id = $8
	and {postgresql:t.table_id = $7}{sqlite:$7 = 0}
order by t.trash_id
