-- columns: version, name, checksum, transactional, repeatable, environments, down_sql, failed, applied, unchanged, position, baseline, registered
-- All registered or applied migrations, with the columns that a runner needs;
-- unordered, since versions are sorted in C.
select coalesce(m.version, l.version) as version, coalesce(m.name, l.name) as name, m.checksum,
	coalesce(m.transactional, true) as transactional, coalesce(m.repeatable, false) as repeatable, m.environments,
	case when m.version is null then l.down_sql else m.down_sql end as down_sql,
	m.failed_at is not null as failed, l.version is not null as applied, coalesce(l.checksum = m.checksum, false) as unchanged,
	l.position, coalesce(l.baseline, false) as baseline, m.version is not null as registered
from dbcare.migration as m
full join dbcare.ledger as l on l.version = m.version
