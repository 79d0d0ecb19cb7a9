-- columns: none
-- The bookkeeping, version 5.

-- ledgers of other tools that were taken over
create table if not exists {.adoption} (
	table_name text not null primary key, -- as dbcare shows it
	tool text not null,
	keep_old {bool} not null, -- whether it is still written, and read
	options text, -- JSON, as it was given
	adopted_at {timestamp} not null default {now},
	adopted_by text not null
);

-- long updates in small steps
create table if not exists {.backfill} (
	name text not null primary key,
	table_name text not null, -- as dbcare shows it
	statement text not null, -- the UPDATE as it was given
	key_columns text not null, -- JSON array of names
	state text not null check (state in ('running', 'paused', 'failed', 'complete')),
	done_up_to text, -- JSON array of literals: the key of the last row that is done; null: none
	ends_at text, -- the same of the last row there is to do; null: none
	checked_up_to text, -- the same of the last row found not to match any more
	tells_done {bool}, -- whether the condition no longer matches what is done; null: not known yet
	rows_seen bigint not null default 0, -- of the table
	rows_changed bigint not null default 0,
	rows_total bigint, -- estimate at the start
	batches bigint not null default 0,
	elapsed_ms double precision not null default 0, -- in batches and pauses
	longest_ms double precision not null default 0, -- batch
	started_at {timestamp} not null default {now},
	started_by text not null,
	changed_at {timestamp} not null default {now},
	finished_at {timestamp},
	failure text,
	runner bigint -- [SQLite] process that runs it
);
