-- columns: none
-- Records the location $2 at which row $1 was restored.
update main.dbcare_quarantine set place = $2 where quarantine_id = $1
