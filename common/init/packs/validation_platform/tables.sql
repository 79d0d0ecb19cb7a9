-- Projects that test detectors of objects against videos whose objects are known.
-- Boxes are in pixels of the frame, from its upper left corner.
create table object_types (
	code text primary key check (code <> ''),
	name text not null check (name <> '')
);

create table projects (
	id {identity},
	name text not null unique check (name <> ''),
	description text,
	owner_name text not null check (owner_name <> ''),
	camera_model text check (camera_model <> ''),
	camera_view text not null default 'front' check (camera_view in ('front', 'rear', 'left', 'right', 'interior', 'other')),
	status text not null default 'draft' check (status in ('draft', 'active', 'completed', 'archived')),
	required_precision double precision not null default 0.9 check (required_precision between {real:0} and {real:1}),
	required_recall double precision not null default 0.9 check (required_recall between {real:0} and {real:1}),
	created_at timestamptz not null default {now}
);
create index projects_status on projects (status, created_at);
create index projects_owner on projects (owner_name, status);

create table videos (
	id {identity},
	path text not null unique check (path <> ''),
	file_name text not null check (file_name <> ''),
	size_bytes bigint not null check (size_bytes between 1 and 1000000000000000000),
	duration_seconds double precision not null check (duration_seconds > {real:0} and duration_seconds < {real:1e9}),
	frames_per_second double precision not null check (frames_per_second > {real:0} and frames_per_second <= {real:1000}),
	width integer not null check (width between 1 and 100000),
	height integer not null check (height between 1 and 100000),
	status text not null default 'uploaded' check (status in ('uploaded', 'processing', 'ready', 'failed')),
	ground_truth text not null default 'missing' check (ground_truth in ('missing', 'generated', 'reviewed')),
	created_at timestamptz not null default {now}
);
create index videos_status on videos (status, created_at);
create index videos_ground_truth on videos (ground_truth, status);
create index videos_file_name on videos (file_name);
create index videos_created on videos (created_at);

-- which videos a project tests with
create table video_project_links (
	id {identity},
	project_id bigint not null references projects (id) on delete cascade,
	video_id bigint not null references videos (id) on delete cascade,
	reason text,
	match_score double precision check (match_score between {real:0} and {real:1}), -- null: chosen by a person
	created_at timestamptz not null default {now},
	unique (project_id, video_id)
);
create index video_project_links_video on video_project_links (video_id, project_id);

-- objects that are in a video, followed through its frames by their track
create table ground_truth_objects (
	id {identity},
	video_id bigint not null references videos (id) on delete cascade,
	track integer not null check (track >= 0),
	frame integer not null check (frame >= 0),
	at_seconds double precision not null check (at_seconds >= {real:0} and at_seconds < {real:1e9}),
	object_type text not null references object_types (code),
	x integer not null check (x between 0 and 100000),
	y integer not null check (y between 0 and 100000),
	width integer not null check (width between 1 and 100000),
	height integer not null check (height between 1 and 100000),
	confidence double precision check (confidence between {real:0} and {real:1}), -- null: marked by a person
	status text not null default 'proposed' check (status in ('proposed', 'confirmed', 'rejected')),
	is_difficult boolean not null default {false}{sqlite: check (is_difficult in (0, 1))},
	created_at timestamptz not null default {now},
	unique (video_id, track, frame)
);
create index ground_truth_objects_frame on ground_truth_objects (video_id, frame);
create index ground_truth_objects_status on ground_truth_objects (video_id, status, object_type);
create index ground_truth_objects_type on ground_truth_objects (object_type, status);

-- work of a person on the annotations of a video
create table annotation_sessions (
	id {identity},
	project_id bigint not null references projects (id) on delete cascade,
	video_id bigint not null references videos (id) on delete cascade,
	annotator text not null check (annotator <> ''),
	status text not null default 'open' check (status in ('open', 'paused', 'completed')),
	frames_done integer not null default 0 check (frames_done >= 0),
	frames_total integer not null check (frames_total >= 1),
	started_at timestamptz not null default {now},
	completed_at timestamptz,
	constraint annotation_sessions_progress check (frames_done <= frames_total),
	constraint annotation_sessions_completed check ((status = 'completed') = (completed_at is not null))
);
create index annotation_sessions_project on annotation_sessions (project_id, status);
create index annotation_sessions_video on annotation_sessions (video_id, status);
create index annotation_sessions_annotator on annotation_sessions (annotator, status, started_at);

create table annotations (
	id {identity},
	video_id bigint not null references videos (id) on delete cascade,
	annotation_session_id bigint references annotation_sessions (id) on delete set null,
	frame integer not null check (frame >= 0),
	at_seconds double precision not null check (at_seconds >= {real:0} and at_seconds < {real:1e9}),
	object_type text not null references object_types (code),
	x integer not null check (x between 0 and 100000),
	y integer not null check (y between 0 and 100000),
	width integer not null check (width between 1 and 100000),
	height integer not null check (height between 1 and 100000),
	annotator text not null check (annotator <> ''),
	status text not null default 'draft' check (status in ('draft', 'submitted', 'approved', 'rejected')),
	reviewer text check (reviewer <> ''),
	notes text,
	created_at timestamptz not null default {now},
	constraint annotations_reviewed check (status not in ('approved', 'rejected') or reviewer is not null),
	constraint annotations_reviewed_by_another check (reviewer <> annotator)
);
create index annotations_frame on annotations (video_id, frame);
create index annotations_session on annotations (annotation_session_id, status);
create index annotations_type on annotations (object_type, status);
create index annotations_status on annotations (status, created_at);
create index annotations_annotator on annotations (annotator, created_at);

-- a run of a detector on a video
create table test_sessions (
	id {identity},
	project_id bigint not null references projects (id) on delete cascade,
	video_id bigint not null references videos (id) on delete restrict,
	name text not null check (name <> ''),
	detector text not null check (detector <> ''),
	tolerance_ms integer not null default 100 check (tolerance_ms between 0 and 60000),
	status text not null default 'created' check (status in ('created', 'running', 'completed', 'failed', 'cancelled')),
	started_at timestamptz,
	completed_at timestamptz,
	created_at timestamptz not null default {now}{sqlite: check (julianday(created_at) is not null)},
	unique (project_id, name),
	constraint test_sessions_duration check ({postgresql:completed_at >= started_at}{sqlite:julianday(completed_at) >= julianday(started_at)}),
	constraint test_sessions_completed check ((status = 'completed') = (completed_at is not null)),
	constraint test_sessions_started check (status not in ('running', 'completed') or started_at is not null)
);
create index test_sessions_project on test_sessions (project_id, status, created_at);
create index test_sessions_video on test_sessions (video_id, created_at);
create index test_sessions_status on test_sessions (status, created_at);
create index test_sessions_detector on test_sessions (detector, created_at);
create index test_sessions_created on test_sessions (created_at);

create table detection_events (
	id {identity},
	test_session_id bigint not null references test_sessions (id) on delete cascade,
	frame integer not null check (frame >= 0),
	at_seconds double precision not null check (at_seconds >= {real:0} and at_seconds < {real:1e9}),
	object_type text not null references object_types (code),
	confidence double precision not null check (confidence between {real:0} and {real:1}),
	x integer not null check (x between 0 and 100000),
	y integer not null check (y between 0 and 100000),
	width integer not null check (width between 1 and 100000),
	height integer not null check (height between 1 and 100000),
	processing_ms double precision check (processing_ms between {real:0} and {real:1e9}),
	created_at timestamptz not null default {now}
);
create index detection_events_frame on detection_events (test_session_id, frame);
create index detection_events_confidence on detection_events (test_session_id, object_type, confidence);
create index detection_events_type on detection_events (object_type, confidence);

-- a detection, an object of the ground truth, or both, as a test has judged them
create table detection_comparisons (
	id {identity},
	test_session_id bigint not null references test_sessions (id) on delete cascade,
	detection_event_id bigint references detection_events (id) on delete cascade,
	ground_truth_object_id bigint references ground_truth_objects (id) on delete cascade,
	match_type text not null check (match_type in ('true_positive', 'false_positive', 'false_negative')),
	overlap double precision check (overlap between {real:0} and {real:1}), -- area of both boxes by area of either
	offset_ms double precision check (offset_ms between {real:-1e9} and {real:1e9}),
	created_at timestamptz not null default {now},
	unique (detection_event_id),
	unique (ground_truth_object_id, test_session_id),
	constraint detection_comparisons_detection check ((detection_event_id is null) = (match_type = 'false_negative')),
	constraint detection_comparisons_object check ((ground_truth_object_id is null) = (match_type = 'false_positive')),
	constraint detection_comparisons_overlap check ((overlap is null) = (match_type <> 'true_positive'))
);
create index detection_comparisons_match on detection_comparisons (test_session_id, match_type, overlap);
create index detection_comparisons_type on detection_comparisons (match_type, created_at);

-- scores of a completed test; null where there is nothing to divide by
create table test_results (
	id {identity},
	test_session_id bigint not null unique references test_sessions (id) on delete cascade,
	true_positives integer not null check (true_positives >= 0),
	false_positives integer not null check (false_positives >= 0),
	false_negatives integer not null check (false_negatives >= 0),
	precision_score double precision check (precision_score between {real:0} and {real:1}),
	recall_score double precision check (recall_score between {real:0} and {real:1}),
	f1_score double precision check (f1_score between {real:0} and {real:1}),
	passed boolean not null{sqlite: check (passed in (0, 1))},
	created_at timestamptz not null default {now}
);
create index test_results_passed on test_results (passed, created_at);
create index test_results_f1 on test_results (f1_score);

-- what users have done; changes of rows are in dbaudit_log()
create table audit_logs (
	id {identity},
	user_name text not null check (user_name <> ''),
	action text not null check (action <> ''),
	project_id bigint references projects (id) on delete set null,
	entity text check (entity <> ''),
	entity_id bigint,
	details jsonb{sqlite: check (details is null or json_valid(details))},
	address text check (address <> ''),
	logged_at timestamptz not null default {now}{sqlite: check (julianday(logged_at) is not null)}
);
create index audit_logs_logged on audit_logs (logged_at);
create index audit_logs_user on audit_logs (user_name, logged_at);
create index audit_logs_action on audit_logs (action, logged_at);
create index audit_logs_project on audit_logs (project_id, logged_at);
create index audit_logs_entity on audit_logs (entity, entity_id, logged_at);

-- old entries; their projects may be gone by then
create table audit_logs_archive (
	id bigint not null primary key,
	user_name text not null,
	action text not null,
	project_id bigint references projects (id) on delete set null,
	entity text,
	entity_id bigint,
	details jsonb,
	address text,
	logged_at timestamptz not null
);
create index audit_logs_archive_user on audit_logs_archive (user_name, logged_at);
create index audit_logs_archive_project on audit_logs_archive (project_id);
create index audit_logs_archive_logged on audit_logs_archive (logged_at);
