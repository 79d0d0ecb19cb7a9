-- columns: column_name, is_gone, value
-- How table $4 of schema $3 has changed since batch $1 deleted rows of it, named
-- $2 then: columns that no longer exist, and new ones with the value, as JSON,
-- that rows have which were there before; null if that is not known.  Generated
-- columns follow from the others.
with kept as (
	select t.trash_id, k.key as name
	from main.dbcare_trash as t
	join temp.json_each(t.row_data) as k
	where {in_batch} and t.table_name = $2 and t.action = 'delete'
), col as (
	select c.name, c.hidden, c."notnull" as is_required, c.dflt_value as fallback
	from temp.pragma_table_xinfo($4, $3) as c
	where c.hidden <> 1
), total (row_count) as (
	select count(*) from main.dbcare_trash where {in_batch} and table_name = $2 and action = 'delete'
), filled as (
	select name, count(*) as row_count from kept group by name
)
select f.name as column_name, 1 as is_gone, null as value
from filled as f
where f.name not in (select name from col)
union all
select c.name, 0, case when c.fallback is null then iif(c.is_required, null, 'null')
	when lower(c.fallback) in ('null', 'true', 'false') then replace(replace(lower(c.fallback), 'true', '1'), 'false', '0')
	when c.fallback = cast(cast(c.fallback as integer) as text) then c.fallback
	when c.fallback glob '[0-9]*.[0-9]*' and not c.fallback glob '*[^0-9.]*' then json_object('real', c.fallback)
	when c.fallback glob '''*''' then json_quote(replace(substr(c.fallback, 2, length(c.fallback) - 2), '''''', ''''))
	end
from col as c
cross join total as t
where c.hidden = 0 and coalesce((select row_count from filled as f where f.name = c.name), 0) < t.row_count
order by 2, 1
