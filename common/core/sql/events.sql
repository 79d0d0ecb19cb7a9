-- columns: event_id, at, who, role, application, address, function_name, arguments, outcome, sqlstate, duration_ms
-- The events after number $1, or the latest ones if it is null, since $2, of
-- function $3, or of all if it is null; at most $4, the oldest first.
select e.event_id, {iso:e.at} as at, e.who, e.role, e.application, e.address, e.function_name, e.arguments,
	e.outcome, e.sqlstate, e.duration_ms
from {.event} as e
where e.at >= cast($2 as {timestamp}) and e.function_name = coalesce($3, e.function_name)
	and e.event_id > coalesce($1, (select l.event_id from {.event} as l
		where l.at >= cast($2 as {timestamp}) and l.function_name = coalesce($3, l.function_name)
		order by l.event_id desc limit 1 offset $4), 0)
order by e.event_id
limit $4
