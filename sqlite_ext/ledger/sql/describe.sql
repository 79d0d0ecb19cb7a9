-- columns: version, name, checksum, transactional, repeatable, environments, down_sql, failed, applied, unchanged, position, baseline, registered, description, definition, source, verifiable, applied_at, applied_by, duration_ms, from_file, failure
-- The columns of ledger/list.sql and the details of each migration, unordered.
select m.version, m.name, m.checksum, m.transactional, m.repeatable,
	m.environments, m.down_sql, m.failed_at is not null as failed,
	l.version is not null as applied, coalesce(l.checksum = m.checksum, 0) as unchanged,
	l.position, coalesce(l.baseline, 0) as baseline, 1 as registered,
	m.description, m.definition, m.source, m.verify_sql is not null as verifiable,
	l.applied_at, l.applied_by, l.duration_ms,
	coalesce(m.up_file, m.down_file) is not null as from_file, m.failure
from main.dbcare_migration as m
left join main.dbcare_ledger as l on l.version = m.version
union all
select l.version, l.name, null, 1, 0, null, l.down_sql,
	0, 1, 0, l.position, l.baseline, 0,
	null, null, null, 0, l.applied_at, l.applied_by, l.duration_ms, 0, null
from main.dbcare_ledger as l
where not exists (select 1 from main.dbcare_migration as m where m.version = l.version)
