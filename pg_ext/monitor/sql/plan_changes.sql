-- columns: fingerprint, query, plan_hash, plan, since_at, calls, mean_ms, hash_before, plan_before, mean_before_ms
-- Statements that ran since $1 and take longer than with the plan before, those
-- that have become slowest first; at most $2.
select p.fingerprint, q.query, p.plan_hash, p.plan, {iso:p.since_at} as since_at, p.calls, p.mean_ms,
	p.hash_before, p.plan_before, p.mean_before_ms
from dbcare.query_plan as p
join dbcare.query as q on q.fingerprint = p.fingerprint
where p.mean_before_ms is not null and p.mean_ms > p.mean_before_ms and p.seen_at >= cast($1 as timestamptz)
order by p.mean_ms / nullif(p.mean_before_ms, 0) desc nulls first, p.fingerprint
limit $2
