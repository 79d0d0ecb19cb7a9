-- columns: key, name, applied_at, applied_by, checksum, state
-- The ledger of Liquibase; changesets that it skipped, or that failed, are not
-- applied.
select case when {postgresql:pg_catalog.}substr(cast(filename as text), {postgresql:pg_catalog.}length(cast(filename as text)) - 3) = '.sql'
		then {postgresql:pg_catalog.}substr(cast(filename as text), 1, {postgresql:pg_catalog.}length(cast(filename as text)) - 4)
		else cast(filename as text) end || '::' || cast(id as text) || '::' || cast(author as text) as key,
	cast(id as text) as name, {utc:dateexecuted} as applied_at, null as applied_by, null as checksum, 'applied' as state
from :ledger
where cast(exectype as text) in ('EXECUTED', 'RERAN', 'MARK_RAN')
order by orderexecuted
