-- Videos, what was noticed in them, what is worth keeping, and conversations.
create table videos (
	id {identity},
	path text not null unique check (path <> ''),
	file_name text not null check (file_name <> ''),
	kind text not null default 'other' check (kind in ('lecture', 'meeting', 'recording', 'other')),
	duration_seconds double precision not null check (duration_seconds > 0),
	status text not null default 'new' check (status in ('new', 'processing', 'ready', 'failed')),
	keep_days integer check (keep_days > 0), -- null: as the policy of its kind says
	created_at {timestamp} not null default {now},
	updated_at {timestamp} not null default {now}
);
create index videos_status on videos (status, created_at);
create index videos_kind on videos (kind, created_at);

-- what a tool has found at a time of a video
create table video_context (
	id {identity},
	video_id bigint not null references videos (id) on delete cascade,
	at_seconds double precision not null check (at_seconds >= 0),
	type text not null check (type in ('frame', 'speech', 'text', 'object')),
	tool text not null check (tool <> ''),
	content {postgresql:jsonb}{sqlite:text} not null{sqlite: check (json_valid(content))},
	created_at {timestamp} not null default {now},
	unique (video_id, at_seconds, type, tool)
);
create index video_context_type on video_context (type, tool);

-- what is kept of videos
create table memory (
	id {identity},
	video_id bigint references videos (id) on delete set null,
	topic text not null check (topic <> ''),
	content text not null check (content <> ''),
	importance integer not null default 3 check (importance between 1 and 5),
	created_at {timestamp} not null default {now}
);
create index memory_video on memory (video_id);
create index memory_topic on memory (topic, importance);

create table conversations (
	id {identity},
	video_id bigint references videos (id) on delete cascade,
	role text not null check (role in ('user', 'assistant', 'system')),
	message text not null check (message <> ''),
	created_at {timestamp} not null default {now}
);
create index conversations_video on conversations (video_id, created_at);
create index conversations_created on conversations (created_at);
