-- columns: seal_id
-- The seals that have their entries, all of them older than $1, before the first
-- seal that has newer ones.
select s.seal_id
from {.audit_seal} as s
where s.leaves is not null and s.seal_id < coalesce(
	(select min(n.seal_id) from {.audit_seal} as n where n.leaves is not null and n.last_at >= {postgresql:cast($1 as timestamptz)}{sqlite:$1}),
	s.seal_id + 1)
order by s.seal_id
