-- columns: step, call, problem, postpones, follows
-- The calls that apply all policies, and purge all other tables with deleted rows,
-- with options $1.
with known (table_name, options) as (
	select distinct table_name, json_patch(json_remove($1, '$.older_than_days'), json_object('relation', table_name))
	from {policies} as p
	union all
	select table_name, null
	from (select table_name from main.dbcare_trash where action = 'delete'
		union
		select table_name from {archived_tables} as a where mode = 'flag')
	where table_name not in (select p.table_name from {policies} as p
		join main.sqlite_schema as s on s.type = 'table' and {shown:s.name} = p.table_name
		-- a null is no term
		where json_extract(p.options, '$.purge_deleted_after_days') is not null)
)
select k.table_name as step, case when s.name is null and (k.options is not null
			or k.table_name not in (select table_name from main.dbcare_trash where action = 'delete')) then null
		when k.options is null
		then printf('select dbarchive_purge(%Q, %Q)', k.table_name, $1)
		else printf('select dbarchive_apply(%Q)', k.options) end as call,
	'the table does not exist' as problem, k.options is not null as postpones, false as follows
from known as k
left join main.sqlite_schema as s on s.type = 'table' and {shown:s.name} = k.table_name
order by k.options is null, k.table_name
