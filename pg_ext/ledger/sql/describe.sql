-- columns: version, name, checksum, transactional, repeatable, environments, down_sql, failed, applied, unchanged, position, baseline, registered, description, definition, source, verifiable, applied_at, applied_by, duration_ms, from_file, failure
-- The columns of ledger/list.sql and the details of each migration, unordered.
select coalesce(m.version, l.version) as version, coalesce(m.name, l.name) as name, m.checksum,
	coalesce(m.transactional, true) as transactional, coalesce(m.repeatable, false) as repeatable, m.environments,
	case when m.version is null then l.down_sql else m.down_sql end as down_sql,
	m.failed_at is not null as failed, l.version is not null as applied, coalesce(l.checksum = m.checksum, false) as unchanged,
	l.position, coalesce(l.baseline, false) as baseline, m.version is not null as registered,
	m.description, m.definition, m.source, m.verify_sql is not null as verifiable,
	l.applied_at, l.applied_by, l.duration_ms,
	coalesce(m.up_file, m.down_file) is not null as from_file, m.failure
from dbcare.migration as m
full join dbcare.ledger as l on l.version = m.version
