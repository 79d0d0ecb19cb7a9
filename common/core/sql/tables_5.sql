-- columns: none
-- dbcare's tables, version 5.

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
	changed_at {timestamp} not null default {now},
	finished_at {timestamp},
	failure text,
	runner bigint -- not used any more: see runner in version 7
);
