-- columns: none
-- dbcare's tables, version 1: data rules, repairs and the rows before them.

-- data rules in addition to constraints
create table if not exists {.rule} (
	name text not null primary key,
	table_name text not null, -- schema and name, as dbcare shows them
	expression text not null, -- must be true or null for every row
	condition text, -- restricts the rule to some rows; null: all rows
	severity text not null default 'warning',
	message text,
	repair_sql text, -- assignments of an UPDATE, or "delete"
	created_at {timestamp} not null default {now},
	created_by text not null,
	author text -- [PG] the role that has stored it
);

-- calls of dbcheck_repair() that have changed rows
create table if not exists {.repair} (
	repair_id bigint not null primary key,
	happened_at {timestamp} not null default {now},
	actor text not null,
	role_name text,
	options text,
	undone_at {timestamp},
	undone_by text
);

-- identities of the tables that repairs have changed
create table if not exists {.repair_table} (
	repair_id bigint not null,
	table_name text not null,
	identity text not null, -- JSON, see check/identity.sql
	primary key (repair_id, table_name)
);

-- rows before a repair changed or deleted them; the rows of one step have
-- consecutive numbers
create table if not exists {.quarantine} (
	quarantine_id bigint not null primary key,
	{postgresql:table_id bigint, -- of known_table
	is_secured boolean not null default false, -- row security was enabled}
	repair_id bigint not null,
	step integer not null,
	table_name text not null, -- the table or partition with the row
	constraint_name text not null, -- name of the constraint or data rule
	action text not null, -- delete or update
	row_key text, -- JSON
	row_data text not null, -- JSON without loss of values
	row_left text, -- the row after the update, in the same format
	place text, -- ctid or rowid of the row (row_left, or row_data if it is null)
	reason text not null,
	unique (repair_id, step, quarantine_id)
);
{postgresql:alter table dbcare.quarantine enable row level security;}
