-- columns: {finding}
-- Columns named after a table with a primary key of one column (customer_id
-- after customer or customers), both numeric or both not, without a foreign
-- key.  A column with a companion such as item_type may refer to several
-- tables.
with column as materialized (
	select s.name as child, c.name, c.pk, c.type,
		lower(replace(c.name, '_', '')) as plain
	from main.sqlite_schema as s
	join temp.pragma_table_info(s.name, 'main') as c
	where s.type = 'table' and s.rootpage > 0
		and s.name not glob 'sqlite_*' and s.name not glob 'dbcare_*'
		and (c.pk or c.name glob '*[iI][dD]' or c.name glob '*[tT][yY][pP][eE]')),
parent as materialized (
	select child as name, max(name) as key, max(type) as type,
		lower(replace(child, '_', '')) as plain
	from column
	where pk
	group by child
	having count(*) = 1),
named (name, key, type, wanted) as materialized (
	select name, key, type, plain || 'id' from parent
	union
	select name, key, type, substr(plain, 1, length(plain) - 1) || 'id'
	from parent
	where plain glob '*[^s]s'
	union
	select name, key, type, substr(plain, 1, length(plain) - 2) || 'id'
	from parent
	where plain glob '*[sxz]es' or plain glob '*[cs]hes'
	union
	select name, key, type, substr(plain, 1, length(plain) - 3) || 'yid'
	from parent
	where plain glob '*ies'),
implied as materialized (
	select c.child, c.name, min(p.name) as parent, p.key
	from column as c
	join named as p on p.wanted = c.plain
	where p.name <> c.child
		and (c.name glob '*_[iI][dD]' or c.name glob '*[a-z]I[dD]'
			or c.name = p.key)
		and (instr(lower(c.type), 'int') > 0) = (instr(lower(p.type), 'int') > 0)
	group by c.child, c.name)
select 'info' as severity, {shown:child} as object, null as value,
	printf('%s, which looks like the key of %s', {shown:name}, {shown:parent}) as detail,
	null as fix_sql, null as reason, null as probe
from implied as i
where not exists (
		select 1
		from temp.pragma_foreign_key_list(i.child, 'main')
		where "from" = i.name collate nocase)
	and not exists (
		select 1
		from column as t
		where t.child = i.child
			and t.plain = lower(replace(substr(i.name, 1, length(i.name) - 2)
				|| 'type', '_', '')))
order by child, name
