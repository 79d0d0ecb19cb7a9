-- columns: none
-- dbcare's tables, version 1: the log of changes of rows.

-- tables whose changes are logged; rows are never deleted, since entries refer
-- to them
create table if not exists {.audited_table} (
	table_id {postgresql:bigint not null primary key, -- of known_table}{sqlite:integer not null primary key autoincrement,}
	table_name text not null, -- as of the last dbaudit_enable()
	mode text not null, -- portable or strict
	options text not null, -- JSON
	enabled_at {timestamp} not null default {now},
	enabled_by text not null,
	disabled_at {timestamp},
	{sqlite:-- of the schema when the triggers were dropped: names of columns tell which they are
	-- until it changes
	gap_version int,}
	triggers text -- [PG] the database, then table, OID and xmin of each of its triggers
);

-- the logged columns of a table over time, and who made changes from where; they
-- are referred to by entries, only grow, and can have duplicates: no session
-- waits for a row that another transaction has not committed
create table if not exists {.audit_shape} (
	shape_id {number},
	table_id bigint not null,
	-- JSON: n, v, key, name, type, treat, labels of each column; the first one has last, the
	-- highest n that the table had, unless columns may have been there that are not logged
	columns text not null,
	noted_at {timestamp} default {now} -- null: when its first entry was logged
);
{postgresql:create sequence if not exists dbcare.audit_shape_shape_id_seq owned by dbcare.audit_shape.shape_id;}

create table if not exists {.audit_context} (
	context_id {number},
	user_name text {postgresql:collate "C"} not null, -- of the session
	role_name text {postgresql:collate "C"} not null,
	application text {postgresql:collate "C"} not null,
	address text {postgresql:collate "C"} not null,
	actor text {postgresql:collate "C"} not null -- as claimed by the session
);
{postgresql:create sequence if not exists dbcare.audit_context_context_id_seq owned by dbcare.audit_context.context_id;}

-- the changes
create table if not exists {.audit_entry} (
	entry_id {number},
	transaction_id bigint not null,
	{postgresql:next_transaction bigint not null, -- the lowest number that no transaction had then}
	logged_at {timestamp} not null,
	shape_id integer not null,
	context_id integer,
	action text {postgresql:collate "C"} not null, -- insert, update, delete or truncate
	row_key text {postgresql:collate "C"}, -- JSON; before the update
	changed text, -- JSON: column to [old, new], or the deleted row
	moved_to text {postgresql:collate "C"} -- the key after an update that has changed it
);
{postgresql:create sequence if not exists dbcare.audit_entry_entry_id_seq owned by dbcare.audit_entry.entry_id;}
{postgresql:create index if not exists audit_shape_table on dbcare.audit_shape (table_id);
create index if not exists audit_context_all on dbcare.audit_context (user_name, role_name, application, address, actor);
create index if not exists audit_entry_row on dbcare.audit_entry (shape_id, pg_catalog."left"(row_key, 200), entry_id);
create index if not exists audit_entry_moved on dbcare.audit_entry (shape_id, pg_catalog."left"(moved_to, 200)) where moved_to is not null;
create index if not exists audit_entry_transaction on dbcare.audit_entry (transaction_id, entry_id);
create index if not exists audit_entry_next on dbcare.audit_entry (next_transaction, entry_id);
alter table dbcare.audit_entry enable row level security;}
{sqlite:create index if not exists main.dbcare_audit_entry_row on dbcare_audit_entry (shape_id, row_key);
create index if not exists main.dbcare_audit_entry_moved on dbcare_audit_entry (shape_id, moved_to) where moved_to is not null;
create index if not exists main.dbcare_audit_context_actor on dbcare_audit_context (actor);}

-- sealed entries: each segment has the hash of the one before it
create table if not exists {.audit_seal} (
	seal_id bigint not null primary key,
	sealed_at {timestamp} not null,
	cluster text not null, -- [PG] where the numbers of transactions are from
	earlier bigint not null, -- entries up to this one are from other clusters
	to_transaction bigint not null, -- the last entry in the order of sealing
	to_entry bigint not null,
	first_entry bigint not null, -- lowest and highest number
	last_entry bigint not null,
	last_at {timestamp} not null,
	entries bigint not null,
	tables text not null, -- JSON: the rows of audited_table
	leaves text, -- JSON: entry to its hash; null: the entries were removed
	digest text not null, -- hash of the leaves
	salts text not null, -- what erased values were hashed with is deleted
	previous text not null, -- root of the seal before
	root text not null
);

-- what roles were when their changes were last looked for; none: they are not
{postgresql:create table if not exists dbcare.audit_role (
	role_name text not null primary key,
	state text not null
);}

-- the key of hashed values
create table if not exists {.audit_key} (
	key_id integer not null primary key,
	secret text not null -- hexadecimal digits
);

-- the context of the open transaction
{sqlite:create table if not exists main.dbcare_audit_current (
	current_id integer not null primary key,
	context_id integer,
	transaction_id int not null
);}
