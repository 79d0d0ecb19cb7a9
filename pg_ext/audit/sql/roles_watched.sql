-- columns: watched
-- Whether changes of roles are logged.
select exists (select from dbcare.audit_role) as watched
