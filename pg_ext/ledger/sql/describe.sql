-- The same as migrate/list, and what else there is to know; in no order.
select coalesce(m.version, l.version), coalesce(m.name, l.name), m.checksum,
	coalesce(m.transactional, true), coalesce(m.repeatable, false), m.environments,
	case when m.version is null then l.down_sql else m.down_sql end is not null,
	m.failed_at is not null, l.version is not null, coalesce(l.checksum = m.checksum, false),
	l.position, coalesce(l.baseline, false), m.version is not null,
	m.description, m.definition, m.source, m.verify_sql is not null,
	l.applied_at, l.applied_by, l.duration_ms
from dbcare.migration as m
full join dbcare.ledger as l on l.version = m.version
