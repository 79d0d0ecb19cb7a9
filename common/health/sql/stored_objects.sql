-- columns: objects
-- How many objects the schema has that the last migration left.
select count(*) as objects from {.snapshot_object}
