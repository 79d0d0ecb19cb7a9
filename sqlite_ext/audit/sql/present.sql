-- columns: statement, is_denied, is_hidden
-- A query of the rows of table $2 of schema $1 as the log has them.
with member as (
	select row_number() over (order by c.cid) - 1 as place, json_quote(c.name) || ': ' as label, replace({value_sql}, '@', printf('"%w"', c.name)) as value
	from temp.pragma_table_xinfo($2, $1) as c
	where c.hidden = 0
), part as (
	-- in groups, since the depth of expressions is limited
	select place / 50 as part,
		'(' || group_concat(quote(iif(place > 0, ', ', '') || label) || ' || ' || value, ' || ') || ')' as image
	from (select * from member order by place)
	group by place / 50
)
select printf('select ''{'' || %s || ''}'' as row_data from "%w"."%w"', group_concat(image, ' || '), $1, $2) as statement, 0 as is_denied, 0 as is_hidden
from (select * from part order by part)
