-- columns: none
-- Sets the current version of golang-migrate to the previous one, or to none.
delete from :ledger;
insert into :ledger (version, dirty)
select :previous, {false} where :previous is not null
