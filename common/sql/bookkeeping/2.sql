-- The bookkeeping, version 2.

-- when the schema below was kept, and the last applied version then; one row
create table {.snapshot} (
	taken_at {timestamp} not null default {now},
	version text
);

-- the schema as the last migration left it, an object per row; on SQLite as the
-- text that sqlite_schema has of it
create table {.snapshot_object} (
	type text not null,
	name text not null,
	parent text,
	position bigint not null,
	definition text not null,
	primary key (type, name)
);

-- what was done to the schema outside migrations, while dbmigrate_watch() is on
create table {.schema_change} (
	change_id {identity},
	object text not null,
	command text not null,
	changed_at {timestamp} not null default {now},
	changed_by text not null,
	application text,
	client text,
	statement text
);
