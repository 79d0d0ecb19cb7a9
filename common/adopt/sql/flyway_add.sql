-- columns: none
-- Adds a migration to the ledger of Flyway and removes its failed row, as flyway
-- repair does.
delete from :ledger where not success
	and (cast(version as text) = :version or cast(script as text) = :file);
insert into :ledger (installed_rank, version, description, type, script, checksum,
	installed_by, execution_time, success)
select coalesce({postgresql:pg_catalog.}max(installed_rank), 0) + 1,
	case when :repeatable = 0 then :version end, :name, 'SQL', :file, cast(:checksum as integer),
	:user, coalesce(:duration, 0), {true}
from :ledger
