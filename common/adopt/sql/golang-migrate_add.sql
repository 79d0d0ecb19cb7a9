-- columns: none
-- golang-migrate moves on.
delete from :ledger;
insert into :ledger (version, dirty) values (:version, {false})
