-- Videos, what was found in them, what is worth keeping, and conversations.
create table video_kinds (
	kind text primary key check (kind <> ''),
	description text not null check (description <> ''),
	keep_days integer check (keep_days between 1 and 36500) -- null: for ever
);

create table videos (
	id {identity},
	path text not null unique check (path <> ''),
	file_name text not null check (file_name <> ''),
	kind text not null default 'other' references video_kinds (kind),
	duration_seconds double precision not null check (duration_seconds > {real:0} and duration_seconds < {real:1e9}),
	status text not null default 'new' check (status in ('new', 'processing', 'ready', 'failed')),
	keep_days integer check (keep_days between 1 and 36500), -- null: as its kind
	created_at timestamptz not null default {now}{sqlite: check (julianday(created_at) is not null)}
);
create index videos_status on videos (status, created_at);
create index videos_kind on videos (kind, created_at);
create index videos_created on videos (created_at);
create index videos_file_name on videos (file_name);

-- what a tool has found at a time of a video, or in all of it
create table video_context (
	id {identity},
	video_id bigint not null references videos (id) on delete cascade,
	at_seconds double precision check (at_seconds >= {real:0} and at_seconds < {real:1e9}), -- null: the whole video
	type text not null check (type in ('frame', 'speech', 'text', 'object')),
	tool text not null check (tool <> ''),
	confidence double precision check (confidence between {real:0} and {real:1}),
	content jsonb not null,
	created_at timestamptz not null default {now},
	constraint video_context_found unique (video_id, at_seconds, type, tool),
	-- each type has a text that others search
	constraint video_context_content check (coalesce(
		{postgresql:jsonb_typeof(content -> (}{sqlite:case when json_valid(content) then json_type(content, '$.' || (}
		case type when 'frame' then 'description' when 'speech' then 'words' when 'text' then 'text' else 'label' end
		)){sqlite: end} = {postgresql:'string'}{sqlite:'text'}, {false}))
);
create index video_context_type on video_context (type, tool, video_id);
create index video_context_times on video_context (video_id, type, at_seconds);

-- what is worth keeping, also when its video is deleted
create table memory (
	id {identity},
	video_id bigint references videos (id) on delete set null,
	topic text not null check (topic <> ''),
	content text not null check (content <> ''),
	importance integer not null default 3 check (importance between 1 and 5),
	created_at timestamptz not null default {now}
);
create index memory_video on memory (video_id, importance desc, created_at desc);
create index memory_topic on memory (topic, importance);
create index memory_created on memory (created_at);

-- messages; those with the same session are a conversation
create table conversations (
	id {identity},
	session text not null check (session <> ''),
	video_id bigint references videos (id) on delete cascade,
	role text not null check (role in ('user', 'assistant', 'system')),
	message text not null check (message <> ''),
	created_at timestamptz not null default {now}{sqlite: check (julianday(created_at) is not null)}
);
create index conversations_session on conversations (session, created_at);
create index conversations_video on conversations (video_id, created_at);
create index conversations_created on conversations (created_at);

-- old messages; the foreign key deletes them with their video
create table conversations_archive (
	id bigint not null primary key,
	session text not null,
	video_id bigint references videos (id) on delete cascade,
	role text not null,
	message text not null,
	created_at timestamptz not null
);
create index conversations_archive_session on conversations_archive (session, created_at);
create index conversations_archive_video on conversations_archive (video_id);
