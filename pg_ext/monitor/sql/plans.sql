-- columns: fingerprint, query, plan_hash, plan, since_at, calls, mean_ms, hash_before, plan_before, mean_before_ms, problem
-- The plans of statements, those that have become slowest with another plan
-- first; at most $1.
select p.fingerprint, q.query, p.plan_hash, p.plan,
	case when p.plan_hash is not null then {iso:p.since_at} end as since_at, p.calls, p.mean_ms,
	p.hash_before, p.plan_before, p.mean_before_ms, p.problem
from dbcare.query_plan as p
left join dbcare.query as q on q.fingerprint = p.fingerprint
order by p.mean_ms / nullif(p.mean_before_ms, 0) desc nulls last, p.mean_ms desc nulls last, p.fingerprint
limit $1
