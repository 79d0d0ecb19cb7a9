-- columns: score, status, findings
-- The result of a report ($1) of any server; fails if it is not a report.
select cast(r.report ->> 'score' as bigint) as score,
	r.report ->> 'status' as status,
	cast(coalesce((select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('check_id', c.finding -> 'check_id',
			'severity', c.finding -> 'severity', 'object', c.finding -> 'object',
			'message', c.finding -> 'message') order by c.place)
		from pg_catalog.jsonb_array_elements(r.report -> 'checks') with ordinality as c (finding, place)
		where c.finding ->> 'severity' in ('warning', 'critical')), '[]') as text) as findings
from (select cast($1 as jsonb) as report) as r
