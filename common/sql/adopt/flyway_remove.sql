-- Flyway has no row for what was taken back.
delete from :ledger where cast(version as text) = :version
	or (version is null and cast(script as text) = :file)
