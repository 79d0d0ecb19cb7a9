-- columns: none
-- dbcare's tables, version 1: rows and manifests that an application begins with.

-- rows that an application begins with
create table if not exists {.seed} (
	name text not null primary key,
	table_name text not null,
	key_columns text not null, -- JSON array
	mode text not null check (mode in ('insert', 'upsert', 'sync')),
	environments text, -- JSON array of names; null means all
	rows_data text not null, -- JSON array of objects, without secrets
	checksum text not null,
	added_at {timestamp} not null default {now},
	added_by text not null,
	author text, -- [PG] the role that has registered it
	applied_at {timestamp}, -- null: never
	applied_by text,
	applied_checksum text,
	counts text -- JSON: what was done then
);

-- rows as they were last seeded, to tell what users have changed since
create table if not exists {.seed_row} (
	seed_name text {postgresql:collate "C"} not null,
	row_key text {postgresql:collate "C"} not null, -- JSON, as in the seed
	wanted text not null, -- JSON: the row of the seed
	stored text not null, -- JSON: its columns as they were read back; of secrets a digest
	primary key (seed_name, row_key)
);

-- manifests that were run; checksum is that of the
-- text, objects is a JSON array of what the migrations have created.
create table if not exists {.manifest} (
	name text not null primary key,
	version text not null,
	checksum text not null,
	objects text not null,
	environment text not null,
	first_run_at {timestamp} not null,
	run_at {timestamp} not null,
	run_by text not null,
	author text -- [PG] the role that has recorded the objects
);
