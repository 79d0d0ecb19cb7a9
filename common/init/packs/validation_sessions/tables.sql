-- Sessions of validation: results, discrepancies, metrics, tests of behaviour.
-- deleted_at, deleted_by and deletion_id are those of dbarchive_enable().
create table validation_session (
	id {identity},
	name text not null check (name <> ''),
	owner text not null{postgresql: default coalesce(nullif(pg_catalog.current_setting('dbcare.actor', true), ''), current_user)},
	status text not null default 'new' check (status in ('new', 'running', 'passed', 'failed', 'cancelled')),
	configuration jsonb not null default '{}'
		check ({postgresql:pg_catalog.jsonb_typeof(configuration) = 'object'}{sqlite:case when json_valid(configuration) then json_type(configuration) = 'object' else 0 end}),
	tags jsonb not null default '[]'
		check ({postgresql:pg_catalog.jsonb_typeof(tags) = 'array'}{sqlite:case when json_valid(tags) then json_type(tags) = 'array' else 0 end}),
	started_at timestamptz,
	finished_at timestamptz,
	created_at timestamptz not null default {now},
	deleted_at timestamptz,
	deleted_by text,
	deletion_id {postgresql:bigint}{sqlite:integer},
	unique (id, owner),
	check (finished_at >= started_at)
);
create index validation_session_owner on validation_session (owner, created_at);
create index validation_session_status on validation_session (status, created_at);
create index validation_session_created on validation_session (created_at);
create index validation_session_target on validation_session ({postgresql:(configuration ->> 'target')}{sqlite:json_extract(configuration, '$.target')});
create index validation_session_deletion on validation_session (deletion_id) where deletion_id is not null;

-- one check of a session
create table validation_result (
	id {identity},
	session_id bigint not null references validation_session (id) on delete cascade,
	test text not null check (test <> ''),
	status text not null check (status in ('passed', 'failed', 'skipped', 'error')),
	duration_ms double precision check (duration_ms >= {real:0}),
	details jsonb not null default '{}'
		check ({postgresql:pg_catalog.jsonb_typeof(details) = 'object'}{sqlite:case when json_valid(details) then json_type(details) = 'object' else 0 end}),
	created_at timestamptz not null default {now},
	deleted_at timestamptz,
	deleted_by text,
	deletion_id {postgresql:bigint}{sqlite:integer},
	unique (session_id, test),
	unique (id, session_id)
);
create index validation_result_status on validation_result (status, created_at);
create index validation_result_code on validation_result ({postgresql:(details ->> 'code')}{sqlite:json_extract(details, '$.code')});
create index validation_result_deletion on validation_result (deletion_id) where deletion_id is not null;

-- a difference between what was expected and what was found; the key makes sure
-- that the result is one of the session.  On SQLite the word text keeps digits of
-- numbers.
create table discrepancy (
	id {identity},
	session_id bigint not null,
	result_id bigint not null,
	severity text not null default 'warning' check (severity in ('info', 'warning', 'critical')),
	status text not null default 'open' check (status in ('open', 'accepted', 'fixed')),
	message text not null check (message <> ''),
	expected {postgresql:jsonb}{sqlite:json text check (expected is null or json_valid(expected))},
	actual {postgresql:jsonb}{sqlite:json text check (actual is null or json_valid(actual))},
	resolution text,
	created_at timestamptz not null default {now},
	deleted_at timestamptz,
	deleted_by text,
	deletion_id {postgresql:bigint}{sqlite:integer},
	foreign key (result_id, session_id) references validation_result (id, session_id) on delete cascade,
	check (status = 'open' or resolution is not null)
);
create index discrepancy_session on discrepancy (session_id, status);
create index discrepancy_result on discrepancy (result_id, session_id);
create index discrepancy_status on discrepancy (status, severity, created_at);
create index discrepancy_deletion on discrepancy (deletion_id) where deletion_id is not null;

-- what was measured
create table validation_metrics (
	id {identity},
	session_id bigint not null references validation_session (id) on delete cascade,
	name text not null check (name <> ''),
	value double precision not null,
	unit text,
	labels jsonb not null default '{}'
		check ({postgresql:pg_catalog.jsonb_typeof(labels) = 'object'}{sqlite:case when json_valid(labels) then json_type(labels) = 'object' else 0 end}),
	created_at timestamptz not null default {now},
	deleted_at timestamptz,
	deleted_by text,
	deletion_id {postgresql:bigint}{sqlite:integer}
);
create index validation_metrics_session on validation_metrics (session_id, name, created_at);
create index validation_metrics_created on validation_metrics (created_at);
create index validation_metrics_deletion on validation_metrics (deletion_id) where deletion_id is not null;

-- where the retention policy moves them
create table validation_metrics_archive (
	id {postgresql:bigint}{sqlite:integer} not null primary key,
	session_id bigint not null,
	name text not null,
	value double precision not null,
	unit text,
	labels jsonb not null,
	created_at timestamptz not null,
	deleted_at timestamptz,
	deleted_by text,
	deletion_id {postgresql:bigint}{sqlite:integer}
);
create index validation_metrics_archive_session on validation_metrics_archive (session_id, name, created_at);

-- what a system did in a scenario, step by step
create table behavioral_test_result (
	id {identity},
	session_id bigint not null references validation_session (id) on delete cascade,
	scenario text not null check (scenario <> ''),
	status text not null check (status in ('passed', 'failed', 'skipped', 'error')),
	score double precision check (score between {real:0} and {real:1}),
	steps jsonb not null default '[]'
		check ({postgresql:pg_catalog.jsonb_typeof(steps) = 'array'}{sqlite:case when json_valid(steps) then json_type(steps) = 'array' else 0 end}),
	created_at timestamptz not null default {now},
	deleted_at timestamptz,
	deleted_by text,
	deletion_id {postgresql:bigint}{sqlite:integer},
	unique (session_id, scenario)
);
create index behavioral_test_result_status on behavioral_test_result (status, created_at);
create index behavioral_test_result_deletion on behavioral_test_result (deletion_id) where deletion_id is not null;

-- with whom the owner shares a session; the key makes sure that it is the owner
create table session_share (
	id {identity},
	session_id bigint not null,
	owner text not null{postgresql: default coalesce(nullif(pg_catalog.current_setting('dbcare.actor', true), ''), current_user)},
	shared_with text not null check (shared_with <> ''),
	may_write boolean not null default false{sqlite: check (may_write in (0, 1))},
	created_at timestamptz not null default {now},
	deleted_at timestamptz,
	deleted_by text,
	deletion_id {postgresql:bigint}{sqlite:integer},
	unique (session_id, shared_with),
	foreign key (session_id, owner) references validation_session (id, owner) on update cascade on delete cascade,
	check (shared_with <> owner)
);
create index session_share_owner on session_share (session_id, owner);
create index session_share_with on session_share (shared_with, session_id);
create index session_share_deletion on session_share (deletion_id) where deletion_id is not null;

-- each status that a session had; no foreign key: it outlives the session
create table session_status_history (
	id {identity},
	session_id bigint not null,
	from_status text,
	to_status text not null,
	changed_by text,
	changed_at timestamptz not null default {now}
);
create index session_status_history_session on session_status_history (session_id, changed_at);
create index session_status_history_changed on session_status_history (changed_at);

-- what happened while a session was processed; it outlives the session, too
create table processing_log (
	id {identity},
	session_id bigint not null,
	level text not null default 'info' check (level in ('debug', 'info', 'warning', 'error')),
	message text not null check (message <> ''),
	context jsonb not null default '{}'
		check ({postgresql:pg_catalog.jsonb_typeof(context) = 'object'}{sqlite:case when json_valid(context) then json_type(context) = 'object' else 0 end}),
	created_at timestamptz not null default {now}
);
create index processing_log_session on processing_log (session_id, created_at);
create index processing_log_created on processing_log (created_at);

-- roles of applications that serve many users; SQLite has no roles
create table session_application (
	role_name text not null primary key
);
{postgresql:
create index validation_session_tags on validation_session using gin (tags);
create index validation_result_details on validation_result using gin (details pg_catalog.jsonb_path_ops);
create index validation_metrics_labels on validation_metrics using gin (labels pg_catalog.jsonb_path_ops);}
