-- Foreign keys whose columns are not converted like those they reference: text
-- is never a number where there is no type to make it one.  A type is a number,
-- text or neither by the rules of SQLite.  Comparing both sides cannot use an
-- index of the child then.
with part as materialized (
	select s.name as child, f.id, f.seq, f."from",
		f."table" collate nocase as parent, f."to"
	from main.sqlite_schema as s
	join pragma_foreign_key_list(s.name, 'main') as f
	where s.type = 'table' and instr(lower(s.sql), 'references')
		and s.name not glob 'dbcare_*'),
typed as materialized (
	select s.name collate nocase as name, c.name as column, c.type, c.pk,
		case when instr(lower(c.type), 'int') then 'number'
			when instr(lower(c.type), 'char') or instr(lower(c.type), 'clob')
				or instr(lower(c.type), 'text') then 'text'
			when c.type = '' or instr(lower(c.type), 'blob') then 'neither'
			else 'number' end as class
	from main.sqlite_schema as s
	join pragma_table_info(s.name, 'main') as c
	where s.type = 'table' and (s.name in (select child from part)
		or s.name collate nocase in (select parent from part))),
pair as (
	select part.*, c.type, c.class, k.name as key_table, k.column as key,
		k.type as key_type, k.class as key_class
	from part
	join typed as c on c.name = part.child
		and c.column = part."from" collate nocase
	join typed as k on k.name = part.parent
		and (k.column = part."to" collate nocase
			or part."to" is null and k.pk = part.seq + 1)
	where c.class <> k.class)
select iif('neither' in (class, key_class), 'info', 'warning'), {shown:child},
	null,
	printf('%s is %s, but %s of %s is %s', {shown:"from"},
		coalesce(nullif(type, ''), 'of no type'), {shown:key}, {shown:key_table},
		coalesce(nullif(key_type, ''), 'of no type')),
	null, null, null
from pair
order by child, id, seq
