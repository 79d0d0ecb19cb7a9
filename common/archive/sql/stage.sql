-- columns: none
-- Copies the rows that batch $1 has deleted from table $2, or only row $5 of the
-- trash, to where rows are restored from, as step $3 of set $4.  Rows get the
-- members of $6, unless they have them.  $7 is the number of the table on PostgreSQL.
insert into {.quarantine} (quarantine_id, repair_id, step, table_name, constraint_name, action, row_key, row_data, place, reason{postgresql:, table_id, is_secured})
select (select coalesce(max(q.quarantine_id), 0) from {.quarantine} as q) + row_number() over (order by t.trash_id),
	$4, $3, t.table_name, '', 'delete', t.row_key,
	{postgresql:case when $6 is null then t.row_data else ($6::pg_catalog.jsonb || t.row_data::pg_catalog.jsonb)::text end}{sqlite:iif($6 is null, t.row_data, (
		select json_group_object(m.key, json(case m.type when 'text' then json_quote(m.atom) when 'null' then 'null'
			when 'object' then m.value else m.atom end))
		from (select key, type, value, atom from temp.json_each(t.row_data)
			union all
			select key, type, value, atom from temp.json_each($6)
			where key not in (select key from temp.json_each(t.row_data))) as m))}, t.place, ''{postgresql:, t.table_id, t.is_secured}
from {.trash} as t
where {in_batch} and t.action = 'delete' and t.table_name = $2 and t.trash_id = coalesce($5, t.trash_id)
	and {postgresql:t.table_id = $7}{sqlite:$7 = 0}
