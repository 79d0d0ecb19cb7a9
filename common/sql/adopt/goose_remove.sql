-- goose takes a migration back.
delete from :ledger where version_id = :version
