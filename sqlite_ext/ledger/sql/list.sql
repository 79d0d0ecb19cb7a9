-- columns: version, name, checksum, transactional, repeatable, environments, down_sql, failed, applied, unchanged, position, baseline, registered
-- All registered or applied migrations, with the columns that a runner needs;
-- unordered, since versions are sorted in C.
select m.version, m.name, m.checksum, m.transactional, m.repeatable,
	m.environments, m.down_sql, m.failed_at is not null as failed,
	l.version is not null as applied, coalesce(l.checksum = m.checksum, 0) as unchanged,
	l.position, coalesce(l.baseline, 0) as baseline, 1 as registered
from main.dbcare_migration as m
left join main.dbcare_ledger as l on l.version = m.version
union all
select l.version, l.name, null, 1, 0, null, l.down_sql,
	0, 1, 0, l.position, l.baseline, 0
from main.dbcare_ledger as l
where not exists (select 1 from main.dbcare_migration as m where m.version = l.version)
