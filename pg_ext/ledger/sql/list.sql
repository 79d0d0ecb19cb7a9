-- Every migration that is registered or applied, as far as a runner must know
-- it; in no order, since versions have one of their own.
select coalesce(m.version, l.version), coalesce(m.name, l.name), m.checksum,
	coalesce(m.transactional, true), coalesce(m.repeatable, false), m.environments,
	case when m.version is null then l.down_sql else m.down_sql end is not null,
	m.failed_at is not null, l.version is not null, coalesce(l.checksum = m.checksum, false),
	l.position, coalesce(l.baseline, false), m.version is not null
from dbcare.migration as m
full join dbcare.ledger as l on l.version = m.version
