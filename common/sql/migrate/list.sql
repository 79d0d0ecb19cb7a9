-- Every migration that is registered or applied, as far as a runner must know
-- it; in no order, since versions have one of their own.
select m.version, m.name, m.checksum, m.transactional, m.repeatable,
	m.environments, m.down_sql is not null, m.failed_at is not null,
	l.version is not null, coalesce(l.checksum = m.checksum, {false}),
	l.position, coalesce(l.baseline, {false}), {true}
from {.migration} as m
left join {.ledger} as l on l.version = m.version
union all
select l.version, l.name, null, {true}, {false}, null, l.down_sql is not null,
	{false}, {true}, {false}, l.position, l.baseline, {false}
from {.ledger} as l
where not exists (select 1 from {.migration} as m where m.version = l.version)
