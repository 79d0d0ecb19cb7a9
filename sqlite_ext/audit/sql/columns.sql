-- columns: number, name, type, key, version, labels, is_logged, added, is_stored
-- The columns of table $2 of schema $1 that can be logged; key: place in the
-- primary key.  A column keeps its number in table $3 of audited_table, also if
-- it was renamed: SQLite has changed the name in the triggers, but not the text
-- that they log.  Whether the table logs it; added: the value, as JSON, that rows have
-- which were there before the column was, null if that is not known.
with known as (
	select json_extract(g.value, '$.name') as name, json_extract(g.value, '$.n') as number,
		s.shape_id, s.shape_id = max(s.shape_id) over () as is_last
	from main.dbcare_audit_shape as s
	join temp.json_each(s.columns) as g
	where s.table_id = $3
), col as (
	select c.cid, c.name, c.type, c.pk, printf('"%w"', c.name) as quoted, c."notnull" as is_required, c.dflt_value as fallback
	from temp.pragma_table_xinfo($2, $1) as c
	where c.hidden = 0
), present as (
	select c.cid, c.name, c.type, c.pk, c.is_required, c.fallback, coalesce(
			(select k.number from known as k where k.name = c.name order by k.shape_id desc limit 1),
			(select k.number
			from known as k
			join main.sqlite_schema as t on t.type = 'trigger' and t.tbl_name = $2 collate nocase
				and t.name glob 'dbcare_audit_[0-9]*_update'
			where k.is_last and k.name not in (select o.name from col as o)
				and instr(t.sql, printf('%Q where old.%s is not', json_quote(k.name) || ': [', c.quoted))
			)) as number
	from col as c
)
select coalesce(p.number, (select coalesce(max(number), 0) from known)
		+ row_number() over (partition by p.number is null order by p.cid)) as number,
	p.name, p.type, nullif(p.pk, 0) as key, null as version, null as labels,
	p.name not in (select e.value from temp.json_each(o.options, '$.exclude') as e)
		and (p.pk > 0 or json_type(o.options, '$.include') is null or p.name in (select e.value from temp.json_each(o.options, '$.include') as e)) as is_logged,
	case when p.fallback is null then iif(p.is_required, null, 'null')
		when lower(p.fallback) in ('null', 'true', 'false') then replace(replace(lower(p.fallback), 'true', '1'), 'false', '0')
		when p.fallback = cast(cast(p.fallback as integer) as text) then p.fallback
		when p.fallback glob '[0-9]*.[0-9]*' and not p.fallback glob '*[^0-9.]*' then json_object('real', p.fallback)
		when p.fallback glob '''*''' then json_quote(replace(substr(p.fallback, 2, length(p.fallback) - 2), '''''', ''''))
	end as added, 1 as is_stored
from present as p
left join main.dbcare_audited_table as o on o.table_id = $3
order by p.cid
