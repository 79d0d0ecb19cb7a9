-- columns: query
-- The query for the deleted rows of table $2 of schema $1: key and row as JSON,
-- when and by whom they were deleted, the batch, the rows of the batch, and when
-- they may be purged, after $3 days.
with member as (
	select pk, replace({value_sql}, '@', 't."' || replace(name, '"', '""') || '"') as value, json_quote(name) || ': ' as label,
		row_number() over (order by length(cast(name as blob)), name) as number,
		row_number() over (partition by pk > 0 order by length(cast(name as blob)), name) as key_number
	from temp.pragma_table_xinfo($2, $1)
	where hidden <> 1
), image (keys, key, key_list, list) as (
	select (select count(*) from member where pk > 0), (select value from member where pk > 0),
		(select group_concat(quote(iif(key_number > 1, ', ', '') || label) || ' || ' || value, ' || ')
			from (select * from member where pk > 0 order by key_number)),
		(select group_concat(text, ' || ')
			from (select '(' || group_concat(quote(iif(number > 1, ', ', '') || label) || ' || ' || value, ' || ') || ')' as text
				from (select * from member order by number)
				group by number / 50))
)
select printf('select %s, strftime(''%%Y-%%m-%%dT%%H:%%M:%%fZ'', t.deleted_at), t.deleted_by, t.deletion_id,
	strftime(''%%Y-%%m-%%dT%%H:%%M:%%fZ'', t.deleted_at, ''+%d days''), %s
from "%w"."%w" as t where t.deleted_at is not null order by t.deleted_at desc',
	case keys when 1 then printf('cast(%s as text)', key) else printf('''{'' || %s || ''}''', key_list) end,
	$3, printf('''{'' || %s || ''}''', list), $1, $2) as query
from image
