-- columns: table_name, name, last_run_at, row_count, error
-- The policies of table $1, of all tables if that is null: their last run, the
-- rows of all its actions, and its first error.
select p.table_name, p.name, {iso:max(r.started_at)} as last_run_at, cast(sum(r.row_count) as bigint) as row_count,
	(select f.error from {.policy_run} as f where f.policy_id = p.policy_id and f.error is not null
		order by f.started_at desc, f.action limit 1) as error
from {policies} as p
left join {.policy_run} as r on r.policy_id = p.policy_id
where $1 is null or p.table_name = $1
group by p.policy_id, p.table_name, p.name
order by p.table_name, p.name
