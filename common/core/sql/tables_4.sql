-- columns: none
-- dbcare's tables, version 4.

-- arguments of the last dbmonitor_start(); one row
create table if not exists {.monitor} (
	monitor_id integer not null primary key check (monitor_id = 1),
	enabled {bool} not null,
	interval_seconds double precision not null,
	options text, -- JSON as given
	changed_at {timestamp} not null default {now},
	changed_by text not null
);

-- samples: measurements and their time
create table if not exists {.sample} (
	sample_id bigint not null primary key,
	taken_at {timestamp} not null,
	epoch text not null, -- counters can only be compared within an epoch
	readings text not null -- JSON: values by name of the measure
);

-- sizes of the largest tables
create table if not exists {.table_sample} (
	sample_id bigint not null,
	table_name text not null,
	bytes bigint,
	row_estimate bigint,
	primary key (sample_id, table_name)
);

-- normalised statements by fingerprint
create table if not exists {.query} (
	fingerprint text not null primary key,
	query text not null,
	first_at {timestamp} not null default {now}
);

-- hourly statement statistics
create table if not exists {.query_seen} (
	fingerprint text not null,
	hour_at {timestamp} not null,
	calls bigint not null,
	errors bigint,
	total_ms double precision not null,
	max_ms double precision,
	row_count bigint,
	sketch text, -- histogram of execution times
	last_at {timestamp},
	primary key (fingerprint, hour_at)
);

-- counters of statements at the last sample
create table if not exists {.query_mark} (
	source text not null, -- source of the statistics
	fingerprint text not null,
	calls bigint not null,
	errors bigint,
	total_ms double precision not null,
	row_count bigint,
	seen_at {timestamp} not null,
	primary key (source, fingerprint)
);

-- the last run of each health check by the monitor
create table if not exists {.check_run} (
	check_id text not null primary key,
	run_at {timestamp} not null,
	duration_ms double precision not null,
	severity text not null, -- the worst finding
	findings integer not null -- number of findings of info or worse
);

-- alerts; open while cleared_at is null
create table if not exists {.alert} (
	alert_id {identity},
	alert text not null,
	object text not null default '',
	severity text not null,
	value double precision,
	threshold double precision,
	message text not null,
	pending_at {timestamp} not null, -- when the condition was first met
	raised_at {timestamp}, -- null until the condition was met for long enough
	last_at {timestamp} not null, -- when the condition was last met
	acked_at {timestamp},
	acked_by text,
	note text,
	cleared_at {timestamp}
);

-- suppressed findings
create table if not exists {.suppression} (
	check_id text not null,
	object_pattern text not null,
	reason text not null,
	until_at {timestamp} not null,
	created_at {timestamp} not null default {now},
	created_by text not null,
	primary key (check_id, object_pattern)
);

-- the health report reads this table
{postgresql:grant select on dbcare.monitor, dbcare.sample, dbcare.table_sample, dbcare.check_run, dbcare.alert, dbcare.suppression to public;}
