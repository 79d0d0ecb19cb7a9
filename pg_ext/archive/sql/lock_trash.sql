-- columns: none
-- Waits for the transactions that delete rows.
lock table dbcare.trash in share mode
