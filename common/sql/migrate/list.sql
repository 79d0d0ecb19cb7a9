-- Every migration that is registered or applied, without its text.
select m.version, m.name, m.description, m.checksum, m.definition,
	m.transactional, m.repeatable, m.environments, m.source,
	m.down_sql is not null, m.failed_at is not null, m.verify_sql is not null,
	l.version is not null, l.checksum, l.position, {iso:l.applied_at},
	l.applied_by, l.duration_ms, {true}
from {.migration} as m
left join {.ledger} as l on l.version = m.version
union all
select l.version, l.name, null, null, null, {true}, {false}, null, null,
	l.down_sql is not null, {false}, {false},
	{true}, l.checksum, l.position, {iso:l.applied_at},
	l.applied_by, l.duration_ms, {false}
from {.ledger} as l
where not exists (select 1 from {.migration} as m where m.version = l.version)
order by 1
