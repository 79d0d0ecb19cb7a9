-- columns: none
-- Waits for the transactions that have written entries.
lock table dbcare.audit_entry in share mode
