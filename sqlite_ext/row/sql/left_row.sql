-- columns: none
-- Records the new location $2 and the new state $3 of row $1.
update main.dbcare_quarantine set place = $2, row_left = $3 where quarantine_id = $1
