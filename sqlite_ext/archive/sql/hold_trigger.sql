-- columns: table_id, statement
-- The number by which the holds of table $2 of schema $1 know it, and the statement that
-- creates the trigger which has this number; null if the table has it.  The trigger
-- follows the table when that is renamed, and makes a hold follow its row when the key
-- changes.  A table that was made anew under its name has lost it.  A table without a
-- primary key has no row.  $3 is not used.
with form (pattern) as (
	select {value_sql}
), has (table_id) as (
	select max(cast(substr(t.name, 13) as integer))
	from main.sqlite_schema as t
	where t.type = 'trigger' and t.tbl_name = $2 collate nocase and t.name glob 'dbcare_hold_[0-9]*'
), number (table_id) as (
	select coalesce(has.table_id, (select min(h.table_id) from main.dbcare_hold as h
			where {hold_table:h} = (select s.shown from temp.dbcare_known as s where s.kind = 'table' and s.key = lower($2))),
		1 + max(coalesce((select max(h.table_id) from main.dbcare_hold as h), 0),
		coalesce((select max(cast(substr(t.name, 13) as integer)) from main.sqlite_schema as t
			where t.type = 'trigger' and t.name glob 'dbcare_hold_[0-9]*'), 0)))
	from has
), member as (
	select r.row, c.pk, json_quote(c.name) || ': ' as label, replace(form.pattern, '@', r.row || printf('."%w"', c.name)) as value
	from temp.pragma_table_xinfo($2, $1) as c
	cross join (select 'old' as row union all select 'new') as r
	cross join form
	where c.pk > 0
	-- in the order of jsonb
	order by r.row, length(cast(c.name as blob)), c.name
), key (row, text, vals) as (
	select row, case count(*) when 1 then printf('cast(%s as text)', max(value))
		else '''{'' || ''' || substr(group_concat(quote(', ' || label) || ' || ' || value, ' || '), 4) || ' || ''}''' end,
		iif(count(*) = 1, 'null', (select '''['' || ' || group_concat(v.value, ' || '', '' || ') || ' || '']'''
			from (select m.value from member as m where m.row = o.row order by m.pk) as v))
	from (select * from member) as o
	group by row
)
select n.table_id, case when has.table_id is null then printf('create trigger main."dbcare_hold_%d" after update on "%w"
when %s is not %s begin
update dbcare_hold set row_key = %s, key_values = %s where table_id = %d and coalesce(key_values, row_key) = coalesce(%s, %s);
end', n.table_id, $2, o.text, k.text, k.text, k.vals, n.table_id, o.vals, o.text) end as statement
from number as n
cross join has
join key as o on o.row = 'old'
join key as k on k.row = 'new'
where $3 >= 0
