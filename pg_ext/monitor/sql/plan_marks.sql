-- columns: fingerprint, plan_hash, calls, mean_ms, mean_before_ms, problem, looked_at, source, mark_calls, mark_ms
-- The plans of statements, and their counters at the last look.
select p.fingerprint, p.plan_hash, p.calls, p.mean_ms, p.mean_before_ms, p.problem,
	{iso:p.looked_at} as looked_at, p.source, p.mark_calls, p.mark_ms
from dbcare.query_plan as p
order by p.fingerprint
