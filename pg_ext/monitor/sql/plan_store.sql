-- columns: none
-- Stores what a look at a statement has found.  With $6 it has another plan, $3
-- with hash $2, or none; with $7 the plan before that one is now the last one.
insert into dbcare.query_plan as p (fingerprint, plan_hash, plan, since_at, calls, mean_ms, problem, looked_at, seen_at,
	source, mark_calls, mark_ms)
values ($1, cast($2 as text), cast($3 as text), cast($10 as timestamptz), $4, cast($5 as double precision), cast($8 as text),
	coalesce(cast($9 as timestamptz), cast($10 as timestamptz)), cast($10 as timestamptz), $11, $12, $13)
on conflict (fingerprint) do update set
	hash_before = case when cast($7 as boolean) then p.plan_hash else p.hash_before end,
	plan_before = case when cast($7 as boolean) then p.plan else p.plan_before end,
	mean_before_ms = case when cast($7 as boolean) then p.mean_ms else p.mean_before_ms end,
	plan_hash = case when cast($6 as boolean) then excluded.plan_hash else p.plan_hash end,
	plan = case when cast($6 as boolean) then excluded.plan else p.plan end,
	since_at = case when cast($6 as boolean) then excluded.since_at else p.since_at end,
	calls = excluded.calls,
	mean_ms = excluded.mean_ms,
	problem = excluded.problem,
	looked_at = coalesce(cast($9 as timestamptz), p.looked_at),
	seen_at = case when $4 > 0 then excluded.seen_at else p.seen_at end,
	source = excluded.source,
	mark_calls = excluded.mark_calls,
	mark_ms = excluded.mark_ms
