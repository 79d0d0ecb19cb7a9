-- columns: reads
-- Whether view $1, or a view that it names, names table $2.
with recursive v (name, sql) as (
	select s.name, replace(lower(s.sql), '""', '"')
	from main.sqlite_schema as s
	where s.type = 'view' and s.name = $1 collate nocase
	union
	select s.name, replace(lower(s.sql), '""', '"')
	from v
	join main.sqlite_schema as s on s.type = 'view' and instr(v.sql, lower(s.name)) > 0
)
select exists (select 1 from v where instr(v.sql, lower($2)) > 0) as reads
