-- columns: none
-- Logs the change of a row from $2 to $3, as JSON or null, with the columns $1 of
-- the log, which have the names $4 now, as the triggers do that are switched off.
insert into main.dbcare_audit_entry (transaction_id, logged_at, shape_id, context_id, action, row_key, changed, moved_to)
with cell as (
	select s.table_id || '.' || json_extract(c.value, '$.name') as name, json_extract(c.value, '$.name') as member,
		json_extract(c.value, '$.key') as pk, json_extract(c.value, '$.treat') as treat,
		case o.type when 'object' then replace(o.value, '":"', '": "') when 'text' then json_quote(o.atom)
			when 'null' then 'null' else o.atom end as old,
		case n.type when 'object' then replace(n.value, '":"', '": "') when 'text' then json_quote(n.atom)
			when 'null' then 'null' else n.atom end as new
	from main.dbcare_audit_shape as s
	join temp.json_each(s.columns) as c
	left join temp.json_each($4) as m on m.key = json_extract(c.value, '$.name')
	left join temp.json_each($2) as o on o.key = coalesce(m.value, json_extract(c.value, '$.name'))
	left join temp.json_each($3) as n on n.key = coalesce(m.value, json_extract(c.value, '$.name'))
	where s.shape_id = $1
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
