-- columns: none
-- Sets the current version of golang-migrate.
delete from :ledger;
insert into :ledger (version, dirty) values (:version, {false})
