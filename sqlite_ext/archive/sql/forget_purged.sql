-- columns: none
-- Deletes from the trash what this transaction has added to it after number $1 of tables
-- with mode flag: a table that loses rows in cascades has triggers that keep them.
delete from main.dbcare_trash
where trash_id > $1 and action = 'delete' and table_name in (select a.table_name from {archived_tables} as a where a.mode = 'flag')
