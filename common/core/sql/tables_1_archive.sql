-- columns: none
-- dbcare's tables, version 1: deleted rows, holds and retention.

-- tables whose deleted rows are kept
create table if not exists {.archived_table} (
	table_id bigint not null primary key, -- {postgresql:of known_table}{sqlite:in the name of the table's trigger}
	table_name text not null,
	mode text not null, -- flag or trash
	file_column text, -- that has paths of files
	enabled_at {timestamp} not null default {now},
	enabled_by text not null
);

-- the rows that they have lost, until restored or purged; what one command of a
-- client deleted, cascades included, has one number
create table if not exists {.trash} (
	trash_id {number},
	batch_id bigint not null,
	-- detach: lost its parent; flag: dbarchive_delete() has marked it and its children
	action text not null default 'delete' check (action in ('delete', 'detach', 'flag')),
	table_name text not null, -- the table or partition that had the row
	{postgresql:root text, -- the topmost partitioned table
	table_id bigint not null, -- of known_table: the one with the trigger, for its partitions
	is_secured boolean not null default false, -- row security was enabled}
	shape_id bigint, -- of row_shape; null for action flag
	row_key text, -- JSON
	-- of a key of several columns: JSON of its values, {postgresql:by the numbers of the columns}{sqlite:in the order of the key}, whatever their names
	key_values text,
	row_data text not null, -- JSON without loss of values; of a detached row the foreign key it had
	place text, -- rowid of the row
	{postgresql:not_kept text, -- JSON: tables whose rows may have gone with it and were not kept}
	{sqlite:schema_row integer, -- the last one of sqlite_schema
	definition text, -- of the table, if it is not that of the shape: the trigger may not know a column
	image text, -- JSON of a detached row without a key, or with a null in it, after that}
	deleted_at {timestamp} not null,
	deleted_by text,
	reason text
);
{postgresql:create sequence if not exists dbcare.trash_trash_id_seq owned by dbcare.trash.trash_id;}
{postgresql:create index if not exists trash_batch_id on dbcare.trash (batch_id);
create index if not exists trash_table on dbcare.trash (table_id, table_name) where root is null;
create index if not exists trash_row_key on dbcare.trash using hash ((coalesce(key_values, row_key)));
create sequence if not exists dbcare.trash_batch owned by dbcare.trash.batch_id;
alter table dbcare.trash enable row level security;}
{sqlite:create index if not exists main.dbcare_trash_image on dbcare_trash (table_name) where image is not null;}

-- rows that dbcare must not delete for good; every statement that does asks
create table if not exists {.hold} (
	hold_id {number},
	table_id bigint not null, -- {postgresql:of known_table}{sqlite:in the name of the table's trigger}
	{postgresql:part_id bigint not null, -- the same of the partition that had the row}
	table_name text not null,
	row_key text not null, -- JSON, as in trash
	key_values text,
	{sqlite:key_columns text not null, -- JSON: names of the columns of the key, in order, when it was last known}
	reason text not null,
	held_at {timestamp} not null default {now},
	held_by text not null
);
{postgresql:create sequence if not exists dbcare.hold_hold_id_seq owned by dbcare.hold.hold_id;}
{postgresql:create index if not exists hold_row_key on dbcare.hold using hash ((coalesce(key_values, row_key)));
alter table dbcare.hold enable row level security;}
{sqlite:create index if not exists main.dbcare_hold_row_key on dbcare_hold (coalesce(key_values, row_key));}

-- retention policies
create table if not exists {.policy} (
	policy_id {number},
	table_id bigint not null, -- {postgresql:of known_table}{sqlite:in the name of the table's trigger}
	table_name text not null, -- as of the call that has stored it
	name text not null,
	options text not null, -- JSON
	columns text not null default '[]', -- JSON: names of the columns then, {postgresql:by their numbers}{sqlite:in order}
	created_at {timestamp} not null default {now},
	created_by text not null,
	author text, -- [PG] the role that has stored it
	unique (table_id, name)
);
{postgresql:create sequence if not exists dbcare.policy_policy_id_seq owned by dbcare.policy.policy_id;}

-- the last run of each action of a policy
create table if not exists {.policy_run} (
	policy_id bigint not null,
	action text not null, -- archive, delete, anonymise or purge
	started_at {timestamp} not null,
	finished_at {timestamp}, -- null while it runs
	row_count bigint,
	error text,
	primary key (policy_id, action)
);

-- files outside the database that belonged to rows that were deleted for good
create table if not exists {.left_file} (
	file_id {number},
	{postgresql:table_id bigint, -- of known_table
	is_secured boolean not null default false, -- row security was enabled}
	table_name text not null,
	row_key text not null, -- JSON, as in trash
	column_name text not null, -- that had the path
	path text not null,
	left_at {timestamp} not null default {now},
	left_by text not null,
	removed_at {timestamp},
	removed_by text
);
{postgresql:create sequence if not exists dbcare.left_file_file_id_seq owned by dbcare.left_file.file_id;}
{postgresql:alter table dbcare.left_file enable row level security;}

-- what monitoring does once a day
create table if not exists {.schedule} (
	schedule_id integer not null primary key check (schedule_id in (1, 2)), -- archive, backup
	at text not null, -- time of day in UTC, such as 03:30
	options text not null, -- JSON
	scheduled_at {timestamp} not null default {now},
	scheduled_by text not null,
	role_name text, -- [PG] that makes backups
	started_at {timestamp}, -- the last run
	finished_at {timestamp},
	errors text not null default '{}', -- JSON: step, or table, to why it failed
	home text, -- [PG] the server that it belongs to; null: unknown
	home_timeline bigint
);
{postgresql:alter table dbcare.schedule enable row level security;}

-- files with archived rows; a file that has no row here is left from a transaction that failed
create table if not exists {.archive_file} (
	file_id {number},
	table_id bigint not null, -- {postgresql:of known_table}{sqlite:in the name of the table's trigger}
	table_name text not null, -- when they were archived
	policy text not null,
	directory text not null,
	name text not null,
	row_count bigint not null,
	bytes bigint not null,
	sha256 text not null, -- of its lines
	archived_at {timestamp} not null default {now},
	archived_by text not null,
	restored_at {timestamp},
	restored_by text
);
{postgresql:create sequence if not exists dbcare.archive_file_file_id_seq owned by dbcare.archive_file.file_id;}
