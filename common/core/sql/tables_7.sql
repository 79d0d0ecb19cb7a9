-- columns: none
-- dbcare's tables, version 7: sort keys of migrations whose tool has a
-- different order, compared by bytes; null: by version.
alter table {.migration} add column order_key text;
alter table {.ledger} add column order_key text;

-- [PG] JSON of objects in the stored schema that dbmigrate_diff() needs, and
-- whether all have it: those that older versions stored do not
alter table {.snapshot_object} add column details text;
alter table {.snapshot_object} add column depends_on text;
alter table {.snapshot} add column whole {bool};

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
-- dbmonitor_status() counts them
{postgresql:grant select (source, number, dropped) on dbcare.slow_log to public;}
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
-- failed statements so far, JSON by SQLSTATE; null: not counted
{postgresql:alter table dbcare.sample add column errors text;}

-- use of tables so far; counters, which a reset of the statistics sets to 0
{postgresql:alter table dbcare.table_sample add column seq_scans bigint;}
{postgresql:alter table dbcare.table_sample add column seq_rows_read bigint;}
{postgresql:alter table dbcare.table_sample add column rows_written bigint;}

-- tables that are due for autovacuum
{postgresql:create table if not exists dbcare.vacuum_due (
	table_name text not null,
	reason text not null,
	since_at timestamptz not null,
	seen_at timestamptz not null, -- last found to be due
	primary key (table_name, reason)
);}
{postgresql:grant select on dbcare.vacuum_due to public;}
-- roles with privileges on the statistics of statements get the same here
{postgresql:do $do$
declare
	statement text;
begin
	for statement in
		select pg_catalog.format('grant %s on dbcare.slow_log, dbcare.wait_event to %s', a.privilege_type,
			case a.grantee when 0 then 'public' else pg_catalog.quote_ident(r.rolname) end)
		from pg_catalog.pg_class as c
		cross join pg_catalog.aclexplode(c.relacl) as a
		left join pg_catalog.pg_roles as r on r.oid = a.grantee
		where c.oid = 'dbcare.query'::pg_catalog.regclass and a.grantee <> c.relowner
			and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
		order by 1
	loop
		execute statement;
	end loop;
end
$do$;}

-- tables whose deleted rows are kept
create table if not exists {.archived_table} (
	table_name text not null primary key,
	mode text not null, -- flag or trash
	enabled_at {timestamp} not null default {now},
	enabled_by text not null
);

-- the rows that they have lost, until restored or purged; what one command of a
-- client deleted, cascades included, has one number
create table if not exists {.trash} (
	trash_id {identity},
	batch_id bigint not null,
	action text not null default 'delete' check (action in ('delete', 'detach')), -- detach: lost its parent
	table_name text not null, -- the table or partition that had the row
	row_key text, -- JSON
	row_data text not null, -- JSON without loss of values; of a detached row the foreign key it had
	place text, -- rowid of the row
	deleted_at {timestamp} not null,
	deleted_by text,
	unique (batch_id, trash_id),
	unique (table_name, trash_id)
);
{postgresql:create index if not exists trash_row_key on dbcare.trash using hash (row_key);
create sequence if not exists dbcare.trash_batch owned by dbcare.trash.batch_id;}
{sqlite:create index if not exists main.dbcare_trash_row_key on dbcare_trash (row_key);}

-- tables whose changes are logged; rows are never deleted, since entries refer
-- to them
create table if not exists {.audited_table} (
	table_id {identity},
	table_name text not null, -- as of the last dbaudit_enable()
	mode text not null, -- portable or strict
	options text not null, -- JSON
	enabled_at {timestamp} not null default {now},
	enabled_by text not null,
	disabled_at {timestamp}
);

-- the logged columns of a table over time, and who made changes from where; they
-- are referred to by entries, only grow, and can have duplicates: nobody waits
-- for a row that another transaction has not committed
create table if not exists {.audit_shape} (
	shape_id {identity},
	table_id bigint not null,
	columns text not null -- JSON: n, name, type, key, treat of each column
);
create table if not exists {.audit_context} (
	context_id {identity},
	user_name text {postgresql:collate "C"} not null, -- of the session
	role_name text {postgresql:collate "C"} not null,
	application text {postgresql:collate "C"} not null,
	address text {postgresql:collate "C"} not null,
	actor text {postgresql:collate "C"} not null -- as claimed by the session
);

-- the changes
create table if not exists {.audit_entry} (
	entry_id {identity},
	transaction_id bigint not null,
	logged_at {timestamp} not null,
	shape_id integer not null,
	context_id integer,
	action text {postgresql:collate "C"} not null, -- insert, update, delete or truncate
	row_key text {postgresql:collate "C"}, -- JSON; before the update
	changed text -- JSON: column to [old, new], or the deleted row
);
{postgresql:create index if not exists audit_shape_table on dbcare.audit_shape (table_id);
create index if not exists audit_context_all on dbcare.audit_context (user_name, role_name, application, address, actor);
create index if not exists audit_entry_row on dbcare.audit_entry (shape_id, pg_catalog."left"(row_key, 200), entry_id);
create index if not exists audit_entry_transaction on dbcare.audit_entry (transaction_id, entry_id);}
{sqlite:create index if not exists main.dbcare_audit_entry_row on dbcare_audit_entry (shape_id, row_key);}

-- the key of hashed values
create table if not exists {.audit_key} (
	key_id integer not null primary key,
	secret text not null -- hexadecimal digits
);

-- the context of the open transaction
{sqlite:create table if not exists main.dbcare_audit_current (
	context_id integer,
	transaction_id int not null
);}
