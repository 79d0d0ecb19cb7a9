-- columns: none
-- Records for row $1 that it is now at place $2 and is $3.
update main.dbcare_quarantine set place = $2, row_left = $3 where quarantine_id = $1
