-- columns: object, statement, reason
-- The statements to run command $1 for the tables from which dbcare deletes rows,
-- or only for $2, and for the trash.  VACUUM is for the whole database.
with known (table_name) as (
	select table_name from {archived_tables} as a
	union
	select table_name from {policies} as p
	union
	select 'dbcare_trash'
)
select 'main' as object,
	case when f.freelist_count > 0 then iif(a.auto_vacuum = 2, 'pragma main.incremental_vacuum', 'vacuum main') end as statement,
	'the database has no free pages' as reason
from temp.pragma_freelist_count as f
join temp.pragma_auto_vacuum('main') as a
where $1 = 'vacuum'
union all
select k.table_name, case when s.name is not null then printf('analyze main."%w"', s.name) end, 'the table does not exist'
from known as k
left join temp.dbcare_known as s on s.kind = 'table' and s.shown = k.table_name
where $1 = 'analyze' and ($2 is null or k.table_name = $2)
order by 1
