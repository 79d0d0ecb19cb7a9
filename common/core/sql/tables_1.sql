-- columns: none
-- dbcare's tables, version 1: settings, events, and what the other files of this
-- version need; tables_1_*.sql have the other tables.  Each statement can be run
-- again: a copy of the schema without rows has no record of its version.
{postgresql:create schema if not exists dbcare;}
{postgresql:grant usage on schema dbcare to public;}

-- one row per version of these tables
create table if not exists {.bookkeeping} (
	version integer not null primary key,
	library_version text not null,
	installed_at {timestamp} not null default {now}
);

create table if not exists {.setting} (
	name text not null primary key,
	value text not null,
	changed_at {timestamp} not null default {now},
	changed_by text not null
);

-- calls of functions that write; written only by dbcare
create table if not exists {.event} (
	event_id {postgresql:bigint}{sqlite:integer} not null primary key,
	at {timestamp} not null, -- when the call began
	who text not null,
	role text,
	application text,
	address text,
	function_name text not null,
	arguments text not null, -- JSON object, without secrets
	outcome text not null check (outcome in ('ok', 'failed')),
	sqlstate text,
	duration_ms double precision not null
);
{postgresql:create sequence if not exists dbcare.event_event_id_seq owned by dbcare.event.event_id;}

-- long work that a process does
{sqlite:create table if not exists main.dbcare_runner (
	work text not null primary key,
	pid integer not null,
	changed_at text not null -- last known to run
);}

-- the tables that dbcare knows: what it keeps of a table has this number, since
-- another table can get the name of one that was dropped
{postgresql:create table if not exists dbcare.known_table (
	table_id bigint not null primary key,
	table_name text not null, -- as last seen
	relid oid not null,
	owner_id oid not null, -- as last seen
	owner_name text not null,
	place text not null, -- cluster and database that the OIDs are of
	is_secured boolean not null, -- row security was enabled at some time
	part_until timestamptz -- until when its changes were logged with those of a table that it was a partition of
);
create sequence if not exists dbcare.known_table_table_id_seq owned by dbcare.known_table.table_id;
create index if not exists known_table_relid on dbcare.known_table (relid);
grant select on dbcare.known_table to public;}

-- the columns of tables at the time that rows were kept, to which these refer; they only
-- grow, and can have duplicates: no session waits for a row that another transaction
-- has not committed
create table if not exists {.row_shape} (
	{postgresql:shape_id bigint not null, -- hash of columns}{sqlite:shape_id integer not null primary key autoincrement,
	table_name text not null,
	definition text not null, -- the statement that created the table
	schema_row integer not null, -- its rowid in sqlite_schema
	place integer, -- the same, and the schema's version, when the last
	schema_version integer, -- trigger was dropped that named the columns
	last_number integer not null, -- that any column has had
	noted_after integer not null, -- this number of the trash}
	columns text not null -- JSON, see row/shape_changes.sql
);
{postgresql:create index if not exists row_shape_id on dbcare.row_shape (shape_id);
grant select on dbcare.row_shape to public;}
{sqlite:create index if not exists main.dbcare_row_shape_table on dbcare_row_shape (table_name);}

-- every role may read the settings, which the health report requires
{postgresql:grant select on dbcare.bookkeeping, dbcare.setting to public;}
