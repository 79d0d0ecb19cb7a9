-- columns: none
-- Deletes the rows of set $1.
delete from main.dbcare_quarantine where repair_id = $1
