-- columns: none
-- dbcare's tables, version 1: samples, statistics of statements, alerts.

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
	{postgresql:errors text, -- failed statements so far, JSON by SQLSTATE; null: not counted}
	readings text not null -- JSON: values by name of the measure
);

-- sizes and use of the largest tables
create table if not exists {.table_sample} (
	sample_id bigint not null,
	table_name text not null,
	bytes bigint,
	row_estimate bigint,
	-- use so far; counters, which a reset of the statistics sets to 0
	{postgresql:seq_scans bigint,
	seq_rows_read bigint,
	rows_written bigint,}
	primary key (sample_id, table_name)
);

-- tables that are due for autovacuum
{postgresql:create table if not exists dbcare.vacuum_due (
	table_name text not null,
	reason text not null,
	since_at timestamptz not null,
	seen_at timestamptz not null, -- last found to be due
	primary key (table_name, reason)
);}

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

-- plans of statements, without values
{postgresql:create table if not exists dbcare.query_plan (
	fingerprint text not null primary key,
	plan_hash text, -- null: it was never planned
	plan text,
	since_at timestamptz, -- found to be this plan
	calls bigint not null, -- with this plan
	mean_ms double precision, -- of about the last thousand of them
	hash_before text,
	plan_before text,
	mean_before_ms double precision,
	problem text, -- why it was not planned the last time
	looked_at timestamptz not null, -- last planned
	seen_at timestamptz not null, -- last found to have run
	-- counters at the last look
	source text not null,
	mark_calls bigint not null,
	mark_ms double precision not null
);}

-- single slow executions; a gap in the numbers of a source was not recorded
create table if not exists {.slow_log} (
	source text not null,
	number bigint not null,
	started_at {timestamp} not null,
	duration_ms double precision not null,
	fingerprint text not null,
	query text not null, -- normalised
	row_count bigint,
	user_name text,
	application text,
	full_scan_steps bigint,
	sorts bigint,
	automatic_indexes bigint,
	plan text,
	dropped bigint not null, -- size of the gap before this one
	primary key (source, number)
);

-- what statements waited for, in periods of 5 minutes, later of an hour
{postgresql:create table if not exists dbcare.wait_event (
	bucket_at timestamptz not null,
	fingerprint text not null, -- of dbcare.query; empty: unknown
	event_type text not null, -- empty: did not wait
	event text not null,
	samples bigint not null, -- samples that saw it
	sessions bigint not null, -- sessions in all these samples
	primary key (bucket_at, fingerprint, event_type, event)
);}

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
	alert_id {number},
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
{postgresql:create sequence if not exists dbcare.alert_alert_id_seq owned by dbcare.alert.alert_id;}

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

-- the database that the samples of a separate file belong to; one row
{sqlite:create table if not exists main.dbcare_samples_of (
	database_file text not null, -- absolute path
	since text -- creation time of dbcare's tables there; null: unknown
);}

-- the health report reads these tables, dbmonitor_status() counts slow executions
{postgresql:grant select on dbcare.monitor, dbcare.sample, dbcare.table_sample, dbcare.vacuum_due,
	dbcare.check_run, dbcare.alert, dbcare.suppression to public;
grant select (source, number, dropped) on dbcare.slow_log to public;}
