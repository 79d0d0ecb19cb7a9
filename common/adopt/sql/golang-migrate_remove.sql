-- columns: none
-- golang-migrate goes back to the migration before, or to none.
delete from :ledger;
insert into :ledger (version, dirty)
select :previous, {false} where :previous is not null
