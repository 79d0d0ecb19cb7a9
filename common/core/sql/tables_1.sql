-- columns: none
-- dbcare's tables, version 1.
{postgresql:create schema if not exists dbcare;}
{postgresql:grant usage on schema dbcare to public;}

-- one row per version of these tables
create table {.bookkeeping} (
	version integer not null primary key,
	library_version text not null,
	installed_at {timestamp} not null default {now}
);

create table {.setting} (
	name text not null primary key,
	value text not null,
	changed_at {timestamp} not null default {now},
	changed_by text not null
);

-- registered migrations, with the text as given
create table {.migration} (
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
	failed_at {timestamp},
	failure text
);

create table {.dependency} (
	version text not null,
	depends_on text not null,
	primary key (version, depends_on)
);

-- applied migrations, with the text that was run
create table {.ledger} (
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
	duration_ms bigint
);

-- the history of migrations, append-only
create table {.history} (
	event_id {identity},
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

-- every role may read the settings, which the health report requires
{postgresql:grant select on dbcare.bookkeeping, dbcare.setting to public;}
