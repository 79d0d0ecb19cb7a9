-- columns: none
-- Logs the change of a row from $2 to $3, as JSON or null, with the columns $1 of
-- the log, which have the names $4 now, as the triggers do that are switched off.
insert into main.dbcare_audit_entry (transaction_id, logged_at, shape_id, context_id, action, row_key, changed, moved_to)
with column_of as (
	-- one pass over each document: a join would read them again for each column
	select max(name) as member, max(pk) as pk, max(treat) as treat, coalesce(max(place), name) as place
	from (select json_extract(c.value, '$.name') as name, 1 as is_logged, json_extract(c.value, '$.key') as pk,
			json_extract(c.value, '$.treat') as treat, null as place
		from main.dbcare_audit_shape as s
		join temp.json_each(s.columns) as c
		where s.shape_id = $1
		union all
		select m.key, null, null, null, m.value
		from temp.json_each($4) as m)
	group by name
	having max(is_logged) is not null
), image as (
	select 'old' as row, key, type, value, atom from temp.json_each($2)
	union all
	select 'new', key, type, value, atom from temp.json_each($3)
), value_of as (
	select row, key, case type when 'object' then replace(value, '":"', '": "') when 'text' then json_quote(atom)
		when 'null' then 'null' else atom end as value
	from image
), cell as (
	select (select s.table_id from main.dbcare_audit_shape as s where s.shape_id = $1) || '.' || max(member) as name,
		max(member) as member, max(pk) as pk, max(treat) as treat, max(iif(row = 'old', value, null)) as old,
		max(iif(row = 'new', value, null)) as new
	from (select place, member, pk, treat, null as row, null as value from column_of
		union all
		select key, null, null, null, row, value from value_of)
	group by place
	having max(member) is not null
), shown as (
	-- in the order of jsonb
	select json_quote(member) || ': ' as label, pk, old is not new as differs, coalesce(old, new) as key, coalesce(new, old) as new_key,
		case treat when 'mask' then '{"masked": true}'
			when 'hash' then dbcare_audit_hash(old, (select secret from main.dbcare_audit_key), name) else old end as old,
		case treat when 'mask' then '{"masked": true}'
			when 'hash' then dbcare_audit_hash(new, (select secret from main.dbcare_audit_key), name) else new end as new
	from cell
	order by length(cast(member as blob)), member
), entry as (
	select case when $2 is null then 'insert' when $3 is null then 'delete' else 'update' end as action,
		iif(count(pk) = 1, max(iif(pk is not null, key, null)),
			'{' || group_concat(iif(pk is not null, label || key, null), ', ') || '}') as row_key,
		iif(count(pk) = 1, max(iif(pk is not null, new_key, null)),
			'{' || group_concat(iif(pk is not null, label || new_key, null), ', ') || '}') as new_key,
		case when $2 is null and not (select json_extract(t.options, '$.insert_values') from main.dbcare_audit_shape as s
				join main.dbcare_audited_table as t on t.table_id = s.table_id where s.shape_id = $1) is true then null
			when $2 is null then '{' || group_concat(label || new, ', ') || '}'
			when $3 is null then '{' || group_concat(label || old, ', ') || '}'
			else '{' || group_concat(iif(differs, label || '[' || old || ', ' || new || ']', null), ', ') || '}' end as changed
	from shown
)
select coalesce((select transaction_id from main.dbcare_audit_current),
		dbcare_audit_transaction(1 + coalesce((select seq from main.sqlite_sequence where name = 'dbcare_audit_entry'), 0))),
	strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), $1, (select context_id from main.dbcare_audit_current), action, row_key, changed,
	nullif(new_key, row_key)
from entry
where action <> 'update' or changed is not null
