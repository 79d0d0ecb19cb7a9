-- columns: statement
-- Statements that create the triggers of table $2 of schema $1, which has the
-- number $3, for the columns $5 of audit_shape, which have the number $6, in
-- mode $7; with $9, entries of inserts have the row.  $8 is for PostgreSQL.
--
-- Mode portable is plain SQL, so that programs without dbcare can write to the
-- table.  Without dbaudit_actor(), the number of a transaction is the time, which
-- does not change during a command.  In mode strict, functions of dbcare know the
-- transaction, write and hash values; a trigger must not read the log, since SQLite would store
-- what it logs in a temporary table first.
--
-- A deleted row may have a column that was added since: where the definition of the table
-- is another one, its entry has the columns that do not tell which are newer; see
-- common/audit/enable.c.  The definition is found by its number in the schema, unless
-- VACUUM has changed that.
--
-- Changed columns are rows of a subquery, so that the text that makes a value
-- JSON is there once: programs prepare the triggers with each of their statements.
--
-- A key that is the rowid is an integer, so that nothing is to be done for other values; it is another one where the
-- application has made the table anew, and these triggers from their text.
--
-- One more trigger, which does nothing, for each column that the options name, by $4:
-- where it is renamed, SQLite changes the name there; see tools/words_audit.h.
with image_of (row) as (
	select 'old' union all select 'new'
), form (pattern) as materialized (
	select iif($7 = 'strict', 'dbcare_audit_value(@)', {value_sql})
), rowid_key as materialized (
	select exists (select 1 from temp.pragma_table_xinfo($2, $1) where pk = 1 and lower(type) = 'integer')
		and not exists (select 1 from temp.pragma_table_xinfo($2, $1) where pk = 2)
		and not exists (select 1 from temp.pragma_index_list($2, $1) where origin = 'pk') as is_integer
), col as (
	select json_extract(g.value, '$.name') as name, json_extract(g.value, '$.key') as pk,
		json_extract(g.value, '$.treat') as treat, r.row, json_quote(json_extract(g.value, '$.name')) || ': ' as label,
		printf('"%w"', json_extract(g.value, '$.name')) as quoted,
		-- values of different types can be equal
		lower(json_extract(g.value, '$.type')) in ('', 'any') or lower(json_extract(g.value, '$.type')) like '%blob%' as is_untyped
	from temp.json_each($5) as g
	cross join image_of as r
	where $1 = 'main' and $8 is not null
), written as materialized (
	select *,
		-- in the order of jsonb
		row_number() over (partition by row order by length(cast(name as blob)), name) as number
	from col
), cell as (
	select number, label, quoted, is_untyped, treat is not null as is_json,
		max(iif(row = 'old', value, null)) as old, max(iif(row = 'new', value, null)) as new
	from (select *, case treat when 'mask' then '''{"masked": true}'''
			when 'hash' then printf('dbcare_audit_hash(%s, (select secret from dbcare_audit_key), %Q)',
				replace(form.pattern, '@', row || '.' || quoted), $3 || '.' || name)
			else row || '.' || quoted end as value
		from written
		cross join form)
	group by number
), part as (
	-- in groups, since the number of terms is limited
	select number / 400 as part, group_concat(printf('select %s, null, %d, %Q', old, is_json, label), ' union all ') as deleted,
		group_concat(printf('select %s, null, %d, %Q', new, is_json, label), ' union all ') as inserted,
		group_concat(printf('select %s, %s, %d, %Q where old.%s is not new.%s collate binary', old, new, is_json, label || '[', quoted, quoted)
			|| iif(is_untyped, printf(' or typeof(old.%s) <> typeof(new.%s)', quoted, quoted), ''), ' union all ') as changed
	from (select * from cell order by number)
	group by number / 400
), parts as (
	select printf('(select null as o, null as n, null as is_json, null as label where 0 union all %s)',
			group_concat(printf(form, deleted), ' union all ')) as deleted,
		printf('(select null as o, null as n, null as is_json, null as label where 0 union all %s)',
			group_concat(printf(form, inserted), ' union all ')) as inserted,
		printf('(select null as o, null as n, null as is_json, null as label where 0 union all %s)',
			group_concat(printf(form, changed), ' union all ')) as changed
	from (select *, iif(part = 0, '%s', 'select * from (%s)') as form from part order by part)
), key as (
	select row, iif(count(*) = 1, max(json), '''{'' || '''
			|| substr(group_concat(quote(', ' || label) || ' || ' || json, ' || '), 4) || ' || ''}''') as text,
		group_concat(printf('old.%s is not new.%s collate binary', quoted, quoted)
			|| iif(is_untyped, printf(' or typeof(old.%s) <> typeof(new.%s)', quoted, quoted), ''), ' or ') as differs
	from (select written.*, iif(is_integer and $7 <> 'strict',
			'iif(typeof(' || row || '.' || quoted || ') = ''integer'', ' || row || '.' || quoted || ', raise(abort, '
				|| quote('the key of table ' || $2 || ' is not its rowid any more: call dbaudit_enable() for it again') || '))',
			replace(form.pattern, '@', row || '.' || quoted)) as json
		from written
		cross join form
		cross join rowid_key
		where pk is not null
		order by row, number)
	group by row
), event (name, row, changed) as (
	select 'insert', 'new', iif($9, printf('select ''{'' || group_concat(label || iif(is_json, o, %s), '', '') || ''}'' as changed
	from %s', replace(form.pattern, '@', 'o'), inserted), null)
	from parts
	cross join form
	union all
	select 'update', 'old', printf('select ''{'' || group_concat(label || iif(is_json, o, %s) || '', '' || iif(is_json, n, %s) || '']'', '', '')
	|| ''}'' as changed
	from %s limit 1', replace(form.pattern, '@', 'o'), replace(form.pattern, '@', 'n'), changed)
	from parts
	cross join form
	union all
	select 'delete', 'old', printf('select ''{'' || group_concat(label || iif(is_json, o, %s), '', '') || ''}'' as changed
	from %s', replace(form.pattern, '@', 'o'), deleted)
	from parts
	cross join form
), shape (number, event) as (
	select $6, e.name
	from event as e
	where e.name <> 'delete'
	union all
	select iif(o.shape_id = $6, $6, printf('case when (select w.sql from sqlite_schema as w where w.rowid = %d) = %Q
		or (select s.sql from sqlite_schema as t join sqlite_schema as s on s.type = ''table'' and s.name = t.tbl_name
			where t.type = ''trigger'' and t.name = ''dbcare_audit_%d_delete'') = %Q then %d else %d end',
		s.rowid, s.sql, $3, s.sql, $6, o.shape_id)), 'delete'
	from main.sqlite_schema as s
	cross join (select max(o.shape_id) as shape_id from main.dbcare_audit_shape as o where o.table_id = $3 and o.columns = $5) as o
	where s.type = 'table' and s.name = $2
)
select printf('create trigger main."dbcare_audit_%d_%s" after %s on "%w" begin
insert into dbcare_audit_entry (transaction_id, logged_at, shape_id, context_id, action, row_key, changed%s)
select coalesce((select transaction_id from dbcare_audit_current),
	%s),
	strftime(''%%Y-%%m-%%dT%%H:%%M:%%fZ'', ''now''), %s, (select context_id from dbcare_audit_current), %Q,
	%s,
	%s;
end', $3, e.name, e.name, $2, iif(e.name = 'update', ', moved_to', ''),
		iif($7 = 'strict', 'dbcare_audit_transaction(1 + coalesce((select seq from sqlite_sequence where name = ''dbcare_audit_entry''), 0))',
			'cast((julianday(''now'') - 2440587.5) * 86400000 + 0.5 as integer)'),
		s.number, e.name, k.text, iif(e.changed is null, 'null', printf('n.changed%s
from (%s) as n%s', iif(e.name = 'update', printf(', iif(%s, %s, null)', k.differs, n.text), ''), e.changed, iif(e.name = 'update', '
where n.changed is not null', '')))) as statement
from event as e
join shape as s on s.event = e.name
cross join key as k on k.row = e.row
cross join key as n on n.row = 'new'
union all
select printf('create trigger main."dbcare_audit_%d_column_%d" after update of "%w" on "%w" when %Q is null begin select 1; end',
	$3, row_number() over (order by name), name, $2, name)
from (select distinct json_extract(g.value, '$[1]') as name
	from temp.json_each($4) as g
	where json_extract(g.value, '$[0]') in ('mask', 'hash', 'exclude', 'include'))
