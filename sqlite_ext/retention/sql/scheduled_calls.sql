-- columns: step, call, problem, postpones, follows
-- The calls that apply all policies, and purge all other tables with deleted rows,
-- with options $1; and those that repair orphans and free space afterwards.
with known (table_name, options) as (
	select distinct table_name, json_patch(json_remove($1, '$.older_than_days', '$.orphans', '$.vacuum'), json_object('relation', table_name))
	from {policies} as p
	union all
	select table_name, null
	from (select table_name from main.dbcare_trash where action = 'delete'
		union
		select table_name from {archived_tables} as a where mode = 'flag')
	where table_name not in (select p.table_name from {policies} as p
		join temp.dbcare_known as s on s.kind = 'table' and s.shown = p.table_name
		-- a null is no term
		where json_extract(p.options, '$.purge_deleted_after_days') is not null)
)
select step, call, problem, postpones, follows
from (
	select k.table_name as step, case when s.name is null and (k.options is not null
				or k.table_name not in (select table_name from main.dbcare_trash where action = 'delete')) then null
			when k.options is null
			then printf('select dbarchive_purge(%Q, %Q)', k.table_name, json_remove($1, '$.orphans', '$.vacuum'))
			else printf('select dbarchive_apply(%Q)', k.options) end as call,
		'the table does not exist' as problem, k.options is not null as postpones, false as follows, iif(k.options is not null, 1, 2) as place
	from known as k
	left join temp.dbcare_known as s on s.kind = 'table' and s.shown = k.table_name
	union all
	select 'orphans', printf('select dbarchive_orphans(%Q)', json_patch(json_object('repair', json('true'), 'action', json_extract($1, '$.orphans')),
		json_object('confirm', json_extract($1, '$.confirm')))), null, false, false, 3
	where json_extract($1, '$.orphans') is not null
	union all
	select 'vacuum', printf('select dbarchive_vacuum(%Q)', json_patch(json_object('dry_run', json('false')),
		json_object('confirm', json_extract($1, '$.confirm')))), null, false, false, 4
	where json_extract($1, '$.vacuum')
)
order by place, step
