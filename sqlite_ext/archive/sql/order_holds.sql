-- columns: none
-- Gives the values of the keys of held rows of table $1 the present order of its key: the
-- table may have been created again with another one.  Keys with names that the key does
-- not have are left, and so are of no row.
update main.dbcare_hold as h set key_values = (select '[' || group_concat(m.json, ', ') || ']' from (
	select iif(v.type = 'object', (select '{' || json_quote(i.key) || ': ' || json_quote(i.value) || '}'
		from temp.json_each(v.value) as i), json_quote(v.atom)) as json
	from temp.dbcare_known as s
	join temp.pragma_table_xinfo(s.name, 'main') as c on c.pk > 0
	join temp.json_each(h.row_key) as v on v.key = c.name
	where s.kind = 'table' and s.shown = $1
	order by c.pk) as m), key_columns = {key_columns:$1}
where {hold_table:h} = $1 and json_array_length(h.key_values) = (select iif(count(*) = count(v.key), count(*), -1)
	from temp.dbcare_known as s
	join temp.pragma_table_xinfo(s.name, 'main') as c on c.pk > 0
	left join temp.json_each(h.row_key) as v on v.key = c.name
	where s.kind = 'table' and s.shown = $1)
