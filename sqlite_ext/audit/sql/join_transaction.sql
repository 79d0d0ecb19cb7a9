-- columns: none
-- Makes the virtual table that ends the actor part of the transaction.
insert into temp.dbcare_audit_scope values (1)
