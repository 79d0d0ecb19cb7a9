-- columns: none
-- Ends the log of changes of roles.
delete from dbcare.audit_role
