-- columns: none
-- The bookkeeping, version 4.

-- what dbmonitor_start() was told; one row
create table if not exists {.monitor} (
	monitor_id integer not null primary key check (monitor_id = 1),
	enabled {bool} not null,
	interval_seconds double precision not null,
	options text, -- JSON, as it was given
	changed_at {timestamp} not null default {now},
	changed_by text not null
);

-- what was measured, and when
create table if not exists {.sample} (
	sample_id bigint not null primary key,
	taken_at {timestamp} not null,
	epoch text not null, -- counters compare within one only
	readings text not null -- JSON: measures by their name
);

-- sizes of the largest tables
create table if not exists {.table_sample} (
	sample_id bigint not null,
	table_name text not null,
	bytes bigint,
	row_estimate bigint,
	primary key (sample_id, table_name)
);

-- statements, by the fingerprint of their normalised text
create table if not exists {.query} (
	fingerprint text not null primary key,
	query text not null,
	first_at {timestamp} not null default {now}
);

-- what was seen of them, hour by hour
create table if not exists {.query_seen} (
	fingerprint text not null,
	hour_at {timestamp} not null,
	calls bigint not null,
	errors bigint,
	total_ms double precision not null,
	max_ms double precision,
	row_count bigint,
	sketch text, -- of the distribution of times
	last_at {timestamp},
	primary key (fingerprint, hour_at)
);

-- how far the counters of statements had come when they were last looked at
create table if not exists {.query_mark} (
	source text not null, -- who counts
	fingerprint text not null,
	calls bigint not null,
	errors bigint,
	total_ms double precision not null,
	row_count bigint,
	seen_at {timestamp} not null,
	primary key (source, fingerprint)
);

-- how each health check went when the monitor last ran it
create table if not exists {.check_run} (
	check_id text not null primary key,
	run_at {timestamp} not null,
	duration_ms double precision not null,
	severity text not null, -- the worst
	findings integer not null -- that are info or worse
);

-- alerts; one is open while cleared_at is null
create table if not exists {.alert} (
	alert_id {identity},
	alert text not null,
	object text not null default '',
	severity text not null,
	value double precision,
	threshold double precision,
	message text not null,
	pending_at {timestamp} not null, -- when its condition was first met
	raised_at {timestamp}, -- null until it was met for long enough
	last_at {timestamp} not null, -- when it was last met
	acked_at {timestamp},
	acked_by text,
	note text,
	cleared_at {timestamp}
);

-- findings that do not count for a time
create table if not exists {.suppression} (
	check_id text not null,
	object_pattern text not null,
	reason text not null,
	until_at {timestamp} not null,
	created_at {timestamp} not null default {now},
	created_by text not null,
	primary key (check_id, object_pattern)
);

-- the health report depends on them
{postgresql:grant select on dbcare.monitor, dbcare.sample, dbcare.table_sample, dbcare.check_run, dbcare.alert, dbcare.suppression to public;}
