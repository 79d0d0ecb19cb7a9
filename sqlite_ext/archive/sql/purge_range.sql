-- columns: none
-- Deletes the rows of the trash after number $1 up to $2, without a condition that
-- would make SQLite collect their numbers first.
delete from main.dbcare_trash where trash_id > $1 and trash_id <= $2
