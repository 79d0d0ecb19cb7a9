-- columns: none
-- Flyway notes a migration, after its repair of one that had failed.
delete from :ledger where not success
	and (cast(version as text) = :version or cast(script as text) = :file);
insert into :ledger (installed_rank, version, description, type, script, checksum,
	installed_by, execution_time, success)
select coalesce({postgresql:pg_catalog.}max(installed_rank), 0) + 1,
	case when :repeatable = 0 then :version end, :name, 'SQL', :file, cast(:checksum as integer),
	:user, coalesce(:duration, 0), {true}
from :ledger
