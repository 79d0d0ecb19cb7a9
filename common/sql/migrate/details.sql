-- What else there is to know of every migration; in no order.
select m.version, m.description, m.definition, m.source,
	m.verify_sql is not null, {iso:l.applied_at}, l.applied_by, l.duration_ms
from {.migration} as m
left join {.ledger} as l on l.version = m.version
union all
select l.version, null, null, null, {false}, {iso:l.applied_at}, l.applied_by,
	l.duration_ms
from {.ledger} as l
where not exists (select 1 from {.migration} as m where m.version = l.version)
