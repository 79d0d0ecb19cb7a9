-- columns: none
-- goose notes a migration.
insert into :ledger (version_id, is_applied) values (:version, {true})
