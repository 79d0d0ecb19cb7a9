-- columns: number, name, type, key, version, labels, is_logged, added, is_stored
-- The columns of table $2 of schema $1 that can be logged; key: place in the
-- primary key.  A column keeps its number in table $3 of audited_table, also if
-- it was renamed: SQLite has changed the name in the triggers, but not the text
-- that they log.  version: another one if the column may have been created anew.  Whether the
-- table logs it.  added: the value, as JSON, that rows have which were there before the
-- column was, null if it is not known: its default, which is constant, as the column
-- stores it.
with known as (
	select json_extract(g.value, '$.name') as name, json_extract(g.value, '$.n') as number,
		json_extract(g.value, '$.v') as version, s.shape_id, s.shape_id = max(s.shape_id) over () as is_last,
		s.shape_id = max(s.shape_id) over (partition by json_extract(g.value, '$.n')) as is_newest
	from main.dbcare_audit_shape as s
	join temp.json_each(s.columns) as g
	where s.table_id = $3
), newest as materialized (
	select number, name, version, shape_id from known where is_newest
), col as materialized (
	select c.cid, c.name, c.type, c.pk, printf('"%w"', c.name) as quoted, c.dflt_value as fallback, lower(c.dflt_value) as word,
		case when t like '%int%' then 'number' when t like '%char%' or t like '%clob%' or t like '%text%' then 'text'
			when t = '' or t like '%blob%' then '' when t like '%real%' or t like '%floa%' or t like '%doub%' then 'real'
			else 'number' end as affinity, c."notnull" as is_required
	from (select cid, name, type, pk, dflt_value, "notnull", hidden, lower(type) as t from temp.pragma_table_xinfo($2, $1)) as c
	where c.hidden = 0
), constant as materialized (
	select c.cid, c.affinity, c.is_required, c.type, case when c.fallback is null or c.word = 'null' then 'null'
			when c.word in ('true', 'false') or cast(cast(c.word as integer) as text) = ltrim(c.word, '+') then 'integer'
			when c.word glob '''*''' then 'text'
			when c.word glob 'x''*''' then 'blob'
			when c.word glob '*[0-9]*' and not replace(replace(c.word, 'e+', ''), 'e-', '') glob '?*[^0-9.e]*' and c.word glob '[0-9.+-]*' then 'real' end as kind,
		case when c.word glob '''*''' then replace(substr(c.fallback, 2, length(c.fallback) - 2), '''''', '''')
			when c.word = 'true' then 1 when c.word = 'false' then 0 else c.fallback end as literal
	from col as c
), stored as materialized (
	-- as the affinity of the column converts it
	select c.cid, case c.kind when 'null' then iif(c.is_required, null, 'null')
		when 'blob' then '{"blob": "' || lower(substr(c.literal, 3, length(c.literal) - 3)) || '"}'
		when 'text' then case when c.affinity in ('text', '') or not (cast(c.literal as numeric) = c.literal) then json_quote(c.literal)
			when c.affinity = 'number' and lower(c.type) <> 'any' and typeof(cast(c.literal as numeric)) = 'integer' then cast(c.literal as numeric) end
		when 'integer' then case c.affinity when 'text' then json_quote(cast(cast(c.literal as integer) as text))
			when 'real' then '{"real": "' || quote(cast(c.literal as real)) || '"}' else cast(c.literal as integer) end
		-- SQLite may give old rows 5, and new ones 5.0
		when 'real' then case when c.affinity = 'text' or c.affinity = '' and cast(c.literal as real) = cast(c.literal as integer) then null
			when c.affinity = 'number' and lower(c.type) <> 'any' and cast(c.literal as real) = cast(c.literal as integer) then iif(abs(cast(c.literal as real)) < 1e15, cast(c.literal as integer), null)
			else '{"real": "' || quote(cast(c.literal as real)) || '"}' end end as value
	from constant as c
), trigger as (
	select t.sql from main.sqlite_schema as t
	where t.type = 'trigger' and t.tbl_name = $2 collate nocase and t.name glob 'dbcare_audit_[0-9]*_update'
), part as materialized (
	-- the trigger has the columns in this order: each is searched in its part first
	select row_number() over (order by p.key) as place, p.value as text
	from trigger as t
	join temp.json_each('[' || replace(json_quote(t.sql), ' union all select ', '","') || ']') as p
	where instr(p.value, ': ['' where old.')
), written as materialized (
	-- what the trigger reads for the text
	select number, name, substr(source, instr(source, text) + length(text), 520) as text
	from (select k.number, k.name, k.text, iif(instr(p.text, k.text), p.text, t.sql) as source
		from (select number, name, replace(json_quote(name), '''', '''''') || ': ['' where old.' as text,
				row_number() over (order by length(cast(name as blob)), name) as place
			from known where is_last) as k
		cross join trigger as t
		left join part as p on p.place = k.place)
	where instr(source, text)
), named as materialized (
	-- nearly all columns have their name: not each pair is compared
	select w.number, w.name
	from written as w
	where substr(w.text, 1, length(printf('"%w" ', w.name))) = printf('"%w" ', w.name) and w.name in (select c.name from col as c)
	union all
	select w.number, c.name
	from (select number, text from written where substr(text, 1, length(printf('"%w" ', name))) <> printf('"%w" ', name)) as w
	cross join col as c on substr(w.text, 1, length(c.quoted) + 1) = c.quoted || ' '
), told as (
	-- by its name only where no trigger tells, and by the last one that a number had
	select c.cid, c.name, c.type, c.pk, m.number as by_trigger, k.number as by_name
	from col as c
	left join (select name, max(number) as number from named group by name) as m on m.name = c.name
	left join (select name, number, max(shape_id) from newest where number not in (select m.number from named as m) group by name) as k
		on k.name = c.name
), present as (
	select t.cid, t.name, t.type, t.pk, coalesce(t.by_trigger, t.by_name) as number,
		-- one that was dropped and created again meanwhile would have the same name
		t.by_trigger is null and t.by_name is not null and t.pk = 0
			and not exists (select 1 from main.dbcare_audited_table as a join temp.pragma_schema_version as v on v.schema_version = a.gap_version
				where a.table_id = $3) as is_doubted
	from told as t
), option as materialized (
	select c.word, c.now from {option_columns} as c where c.table_id = $3
)
select coalesce(p.number, (select coalesce(max(number), 0) from known)
		+ row_number() over (partition by p.number is null order by p.cid)) as number,
	p.name, p.type, nullif(p.pk, 0) as key,
	case when p.is_doubted then (select printf('%d.%d.0', max(k.shape_id), max(k.shape_id)) from known as k)
		else k.version end as version, null as labels,
	p.name not in (select c.now from option as c where c.word = 'exclude' and c.now is not null)
		and (p.pk > 0 or json_type(o.options, '$.include') is null
			or p.name in (select c.now from option as c where c.word = 'include')) as is_logged,
	cast(s.value as text) as added, 1 as is_stored
from present as p
left join newest as k on k.number = p.number
left join stored as s on s.cid = p.cid
left join main.dbcare_audited_table as o on o.table_id = $3
order by p.cid
