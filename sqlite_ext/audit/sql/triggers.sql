-- columns: statement
-- Statements that create the triggers of table $2 of schema $1, which has the
-- number $3, for the columns $5 of audit_shape, which have the number $6, in
-- mode $7.  $4 and $8 are for PostgreSQL.
--
-- Mode portable is plain SQL, so that programs without dbcare can write to the
-- table.  A transaction has the number of its first entry; without
-- dbaudit_actor(), entries of one time are those of one command.  In mode
-- strict, functions of dbcare know the transaction and hash values.
with col as (
	select json_extract(g.value, '$.name') as name, json_extract(g.value, '$.key') as pk,
		json_extract(g.value, '$.treat') as treat,
		'"' || replace(json_extract(g.value, '$.name'), '"', '""') || '"' as quoted,
		-- values of different types can be equal
		lower(json_extract(g.value, '$.type')) in ('', 'any') or json_extract(g.value, '$.type') like '%blob%' as is_untyped
	from temp.json_each($5) as g
	where $1 = 'main' and $4 is not null and $8 is not null
), written as (
	select name, pk, quoted, is_untyped, json_quote(name) || ': ' as label,
		case when treat = 'mask' then '''{"masked": true}'''
			when treat = 'hash' then 'dbcare_audit_hash(' || {value_sql} || ', (select secret from dbcare_audit_key), '
				|| quote($3 || '.' || name) || ')'
			else {value_sql} end as value
	from col
), member as (
	-- in the order of jsonb
	select pk, label, replace(value, '@', 'old.' || quoted) as old_value, replace(value, '@', 'new.' || quoted) as new_value,
		'old.' || quoted || ' is not new.' || quoted || ' collate binary'
			|| iif(is_untyped, ' or typeof(old.' || quoted || ') <> typeof(new.' || quoted || ')', '') as differs,
		row_number() over (order by length(cast(name as blob)), name) as number,
		row_number() over (partition by pk is null order by length(cast(name as blob)), name) as key_number
	from written
), part as (
	-- in groups, since the depth of expressions is limited
	select number / 50 as part,
		'(' || group_concat(quote(iif(number > 1, ', ', '') || label) || ' || ' || old_value, ' || ') || ')' as image,
		'(' || group_concat('case when ' || differs || ' then ' || quote(', ' || label || '[') || ' || ' || old_value
			|| ' || '', '' || ' || new_value || ' || '']'' else '''' end', ' || ') || ')' as changes
	from (select * from member order by number)
	group by number / 50
), image as (
	select '''{'' || ' || group_concat(image, ' || ') || ' || ''}''' as image, group_concat(changes, ' || ') as changes
	from (select * from part order by part)
), key as (
	select iif(count(*) = 1, max(old_value), '''{'' || '
			|| group_concat(quote(iif(key_number > 1, ', ', '') || label) || ' || ' || old_value, ' || ')
			|| ' || ''}''') as old,
		iif(count(*) = 1, max(new_value), '''{'' || '
			|| group_concat(quote(iif(key_number > 1, ', ', '') || label) || ' || ' || new_value, ' || ')
			|| ' || ''}''') as new
	from (select * from member where pk is not null order by key_number)
), event (name, key, changed) as (
	select 'insert', key.new, 'null' from key
	union all
	select 'update', key.old, image.changes from key cross join image
	union all
	select 'delete', key.old, image.image from key cross join image
)
select printf('create trigger main."dbcare_audit_%d_%s" after %s on "%w" begin
insert into dbcare_audit_entry (transaction_id, logged_at, shape_id, context_id, action, row_key, changed)
select coalesce((select transaction_id from dbcare_audit_current),
	%s),
	n.at, %d, (select context_id from dbcare_audit_current), %Q,
	%s,
	%s
from (select strftime(''%%Y-%%m-%%dT%%H:%%M:%%fZ'', ''now'') as at,
	%s as changed) as n%s;
end', $3, e.name, e.name, $2,
		iif($7 = 'strict', 'dbcare_audit_transaction((select transaction_id from dbcare_audit_entry order by entry_id desc limit 1),
	1 + coalesce((select seq from sqlite_sequence where name = ''dbcare_audit_entry''), 0))',
			'(select transaction_id from dbcare_audit_entry
		where entry_id = (select max(entry_id) from dbcare_audit_entry) and logged_at = n.at),
	1 + max(coalesce((select max(entry_id) from dbcare_audit_entry), 0),
		coalesce((select seq from sqlite_sequence where name = ''dbcare_audit_entry''), 0))'),
		$6, e.name, e.key, iif(e.name = 'update', '''{'' || substr(n.changed, 3) || ''}''', 'n.changed'), e.changed,
		iif(e.name = 'update', '
where n.changed <> ''''', '')) as statement
from event as e
