-- columns: none
-- Deletes objects from snapshot_object that are not in today's schema.
delete from main.dbcare_snapshot_object
where (type, name, parent, definition) not in (
	select s.type, s.name, s.tbl_name, s.sql
	from main.sqlite_schema as s
	where s.sql is not null)
