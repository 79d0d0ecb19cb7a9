-- columns: none
-- The bookkeeping, version 3.

-- data rules beyond constraints
create table if not exists {.rule} (
	name text not null primary key,
	table_name text not null, -- as dbcare shows it: schema and name
	expression text not null, -- true or null for every row that satisfies it
	condition text, -- of the rows it is about; null: all
	severity text not null default 'warning',
	message text,
	repair_sql text, -- assignments of an UPDATE, or "delete"
	created_at {timestamp} not null default {now},
	created_by text not null
);

-- calls of dbcheck_repair() that have repaired something
create table if not exists {.repair} (
	repair_id bigint not null primary key,
	happened_at {timestamp} not null default {now},
	actor text not null,
	role_name text,
	options text,
	undone_at {timestamp},
	undone_by text
);

-- rows as they were before a repair changed or removed them; those of one step
-- of a repair have consecutive numbers
create table if not exists {.quarantine} (
	quarantine_id bigint not null primary key,
	repair_id bigint not null,
	step integer not null,
	table_name text not null, -- with the rows, no partitioned one
	constraint_name text not null, -- or data rule
	action text not null, -- delete or update
	row_key text, -- JSON
	row_data text not null, -- JSON, each value without loss
	row_left text, -- what update made of it, likewise
	place text, -- ctid or rowid, where row_left or else row_data is
	reason text not null,
	unique (repair_id, step, quarantine_id)
);
