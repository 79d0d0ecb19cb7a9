-- columns: policy_id, table_name, name, options, created_at, created_by, started_at, finished_at, row_count, error, author
-- The policies of table $1, of all tables if that is null, with name $2, or all;
-- and the last run of all their actions: when it began, and ended unless one still
-- runs, their rows, and the first error.
with p as (
	select * from {policies} as p
	where ($1 is null or table_name = cast($1 as text)) and ($2 is null or name = cast($2 as text))
)
select p.policy_id, p.table_name, p.name, p.options, {iso:p.created_at} as created_at, p.created_by,
	{iso:min(r.started_at)} as started_at,
	case when count(r.finished_at) = count(*) then {iso:max(r.finished_at)} end as finished_at,
	cast(sum(r.row_count) as bigint) as row_count,
	(select f.error from {.policy_run} as f where f.policy_id = p.policy_id and f.error is not null
		order by f.started_at desc, f.action limit 1) as error, p.author
from p
left join {.policy_run} as r on r.policy_id = p.policy_id
group by p.policy_id, p.table_name, p.name, p.options, p.created_at, p.created_by, p.author
order by p.table_name, p.name
