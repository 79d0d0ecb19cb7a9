-- columns: object, statement, reason
-- The statements to run command $1 for the tables from which dbcare deletes rows,
-- or only for $2, and for the trash.
with known as (
	select table_name from {archived_tables} as a
	union
	select table_name from {policies} as p
	union
	select 'dbcare.trash'
)
select known.table_name as object,
	case when c.relkind in ('r', 'p', 'm') then $1 || ' ' || c.oid::pg_catalog.regclass end as statement,
	case when c.oid is null then 'the table does not exist' else 'not a table' end as reason
from known
left join pg_catalog.pg_class as c on c.oid = pg_catalog.to_regclass(known.table_name)
where $2 is null or known.table_name = $2
order by 1
