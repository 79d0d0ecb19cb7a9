-- Statements that drop the bookkeeping, and its schema unless others use it.
select s.statement
from (select 1 as place, c.relname as name,
		pg_catalog.format('drop table %I.%I', n.nspname, c.relname) as statement
	from pg_catalog.pg_namespace as n
	join pg_catalog.pg_class as c on c.relnamespace = n.oid
	where n.nspname = 'dbcare' and c.relkind = 'r'
		and c.relname in ('bookkeeping', 'setting', 'migration', 'dependency', 'ledger', 'history')
	union all
	select 2, '', 'drop schema dbcare'
	where not exists (select from pg_catalog.pg_namespace as n
		join pg_catalog.pg_class as c on c.relnamespace = n.oid
		where n.nspname = 'dbcare' and c.relkind in ('r', 'v', 'm', 'f', 'p')
			and c.relname not in ('bookkeeping', 'setting', 'migration', 'dependency', 'ledger', 'history'))
	) as s
order by s.place, s.name
