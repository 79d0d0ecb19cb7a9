-- columns: {finding}
-- Foreign keys whose columns have another affinity than the columns they
-- reference: without a numeric type, text never equals a number.  A type is
-- numeric, text or neither by the rules of SQLite.  Comparing both sides then
-- cannot use an index of the child.
with part as materialized (
	select child, id, seq, "from", "table" as parent, "to"
	from temp.dbcare_foreign_keys($foreign_keys)),
declared as materialized (
	select s.name collate nocase as name, c.name as column, c.type, c.pk
	from main.sqlite_schema as s
	join temp.pragma_table_info(s.name, 'main') as c
	where s.type = 'table' and (s.name in (select child from part)
		or s.name collate nocase in (select parent from part))),
pair (child, id, seq, column, type, key_table, key, key_type) as materialized (
	select part.child, part.id, part.seq, c.column, c.type, k.name, k.column,
		k.type
	from part
	cross join declared as c on c.name = part.child
		and c.column = part."from" collate nocase
	cross join declared as k on k.name = part.parent
		and iif(part."to" is null, k.pk = part.seq + 1,
			k.column = part."to" collate nocase)
	where c.type <> k.type collate nocase),
kind (type, kind) as materialized (
	select type, case when instr(lower(type), 'int') then 'number'
		when instr(lower(type), 'char') or instr(lower(type), 'clob')
			or instr(lower(type), 'text') then 'text'
		when type = '' or instr(lower(type), 'blob') then 'neither'
		else 'number' end
	from (select type from pair union select key_type from pair))
select iif('neither' in (a.kind, b.kind), 'info', 'warning') as severity, {shown:child} as object,
	null as value,
	printf('%s is %s, but %s of %s is %s', {shown:column},
		coalesce(nullif(pair.type, ''), 'of no type'), {shown:key},
		{shown:key_table}, coalesce(nullif(key_type, ''), 'of no type')) as detail,
	null as fix_sql, null as reason, null as probe
from pair
join kind as a on a.type = pair.type
join kind as b on b.type = pair.key_type
where a.kind <> b.kind
order by child, id, seq
