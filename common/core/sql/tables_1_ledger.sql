-- columns: none
-- dbcare's tables, version 1: migrations and what belongs to them.

-- registered migrations, with the text as given
create table if not exists {.migration} (
	version text not null primary key,
	name text not null,
	description text,
	kind text not null default 'schema' check (kind in ('schema', 'data')),
	up_sql text not null,
	down_sql text,
	verify_sql text,
	checksum text not null, -- SHA-256 of up_sql
	definition text not null, -- SHA-256 of the whole migration
	transactional {bool} not null,
	repeatable {bool} not null,
	environments text, -- JSON array of names; null means all
	source text, -- directory it was loaded from
	up_file text,
	up_line integer not null default 1, -- of the script within its file
	down_file text,
	down_line integer not null default 1,
	registered_at {timestamp} not null default {now},
	registered_by text not null,
	author text, -- [PG] the role that has stored the texts
	failed_at {timestamp},
	failure text,
	order_key text -- see ledger
);

create table if not exists {.dependency} (
	version text not null,
	depends_on text not null,
	primary key (version, depends_on)
);

-- applied migrations, with the text that was run
create table if not exists {.ledger} (
	version text not null primary key,
	position bigint not null,
	name text not null,
	up_sql text not null,
	down_sql text,
	checksum text not null,
	baseline {bool} not null,
	applied_at {timestamp} not null default {now},
	applied_by text not null,
	role_name text,
	author text, -- [PG] of the texts
	duration_ms bigint,
	order_key text -- sort key if the order of the tool is another, compared by bytes; null: by version
);

-- the history of migrations, append-only
create table if not exists {.history} (
	event_id {number},
	event text not null check (event in
		('register', 'apply', 'rollback', 'failure', 'baseline', 'repair')),
	version text not null,
	name text not null,
	checksum text,
	up_sql text,
	down_sql text,
	actor text not null,
	role_name text,
	happened_at {timestamp} not null default {now},
	application text,
	duration_ms bigint,
	error text,
	app_version text,
	git_sha text,
	ticket text,
	hash text
);

-- the end of the log; one row, written only by dbcare
create table if not exists {.history_head} (
	head_id integer not null primary key check (head_id = 1),
	events bigint not null, -- number of events
	event_id bigint not null, -- last event; 0: none
	hash text -- hash of the last event
);
insert into {.history_head} (head_id, events, event_id)
values (1, 0, 0)
on conflict (head_id) do nothing;

-- unfinished scripts that dbmigrate_deploy() runs in several transactions, or outside of any
create table if not exists {.deployment} (
	version text not null primary key,
	checksum text not null, -- of the script
	statement_no integer not null, -- the first unfinished statement
	begun {bool} not null, -- whether it was started
	runner bigint, -- [SQLite] the process that runs it
	indexes_before {postgresql:text[]}{sqlite:text} -- [PG] indexes that existed before it
);

-- the texts of these scripts: statements that have run must be the same ones when a
-- script is edited.  Progress is written for each statement, and rows are written whole
create table if not exists {.deployment_script} (
	checksum text not null primary key,
	script text not null
);

-- when the schema below was stored, and the last event of the history that
-- could have changed it; one row
create table if not exists {.snapshot} (
	taken_at {timestamp} not null default {now},
	event_id bigint
);

-- the schema after the last migration, one row per object; on SQLite with its
-- text in sqlite_schema
create table if not exists {.snapshot_object} (
	type text not null,
	name text not null,
	parent text,
	position bigint not null,
	definition text not null,
	details text, -- [PG] JSON that dbmigrate_diff() needs
	depends_on text, -- [PG] JSON
	primary key (type, name)
);

-- schema changes outside migrations, recorded by dbmigrate_watch()
create table if not exists {.schema_change} (
	change_id {number},
	object text not null,
	command text not null,
	changed_at {timestamp} not null default {now},
	changed_by text not null,
	application text,
	client text,
	statement text
);
{postgresql:create sequence if not exists dbcare.schema_change_change_id_seq owned by dbcare.schema_change.change_id;}

-- adopted ledgers of other tools
create table if not exists {.adoption} (
	table_name text not null primary key, -- as dbcare shows it
	tool text not null,
	keep_old {bool} not null, -- whether the old ledger is still written and read
	options text, -- JSON as given
	adopted_at {timestamp} not null default {now},
	adopted_by text not null
);

-- backfills: updates in batches
create table if not exists {.backfill} (
	name text not null primary key,
	table_name text not null, -- as dbcare shows it
	statement text not null, -- the UPDATE as given
	key_columns text not null, -- JSON array of names
	state text not null check (state in ('running', 'paused', 'failed', 'complete')),
	done_up_to text, -- JSON array of literals: key of the last finished row; null: none
	ends_at text, -- key of the last row to process, in the same format; null: none
	checked_up_to text, -- key of the last row verified not to match any more, in the same format
	tells_done {bool}, -- whether finished rows no longer match the condition; null: unknown
	rows_seen bigint not null default 0, -- rows of the table read
	rows_changed bigint not null default 0,
	rows_total bigint, -- estimate at the start
	batches bigint not null default 0,
	elapsed_ms double precision not null default 0, -- batches and pauses
	longest_ms double precision not null default 0, -- longest batch
	started_at {timestamp} not null default {now},
	started_by text not null,
	author text, -- [PG] the role that has stored the statement
	changed_at {timestamp} not null default {now},
	finished_at {timestamp},
	failure text
);
