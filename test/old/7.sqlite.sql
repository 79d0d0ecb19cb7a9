PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE dbcare_bookkeeping (
	version integer not null primary key,
	library_version text not null,
	installed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) strict;
INSERT INTO dbcare_bookkeeping VALUES(1,'0.1.0','2026-11-24T05:14:14.368Z');
INSERT INTO dbcare_bookkeeping VALUES(2,'0.1.0','2026-11-24T05:14:14.368Z');
INSERT INTO dbcare_bookkeeping VALUES(3,'0.1.0','2026-11-24T05:14:14.368Z');
INSERT INTO dbcare_bookkeeping VALUES(4,'0.1.0','2026-11-24T05:14:14.369Z');
INSERT INTO dbcare_bookkeeping VALUES(5,'0.1.0','2026-11-24T05:14:14.369Z');
INSERT INTO dbcare_bookkeeping VALUES(6,'0.1.0','2026-11-24T05:14:14.370Z');
INSERT INTO dbcare_bookkeeping VALUES(7,'0.1.0','2026-11-24T05:14:14.374Z');
CREATE TABLE dbcare_setting (
	name text not null primary key,
	value text not null,
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	changed_by text not null
) strict;
INSERT INTO dbcare_setting VALUES('slow_query_ms','7','2026-11-24T05:14:14.422Z','root');
CREATE TABLE dbcare_migration (
	version text not null primary key,
	name text not null,
	description text,
	kind text not null default 'schema' check (kind in ('schema', 'data')),
	up_sql text not null,
	down_sql text,
	verify_sql text,
	checksum text not null, -- SHA-256 of up_sql
	definition text not null, -- SHA-256 of the whole migration
	transactional integer not null,
	repeatable integer not null,
	environments text, -- JSON array of names; null means all
	source text, -- directory it was loaded from
	up_file text,
	up_line integer not null default 1, -- of the script within its file
	down_file text,
	down_line integer not null default 1,
	registered_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	registered_by text not null,
	failed_at text,
	failure text
, order_key text) strict;
INSERT INTO dbcare_migration VALUES('1','first',NULL,'schema','create table one (id integer primary key, a text)','drop table one','select count(*) = 0 from one','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e','8b108477db3c47312116ee934833f7ce39416c0ca6305186bd98be07be19b940',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:14.377Z','root',NULL,NULL,NULL);
INSERT INTO dbcare_migration VALUES('2','second',NULL,'schema','create table two (id integer primary key)','drop table two',NULL,'64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3','f35fd8690511a167582af3aaa8ca2929a6193d4a0ae53a4e649c9bb76344990f',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:14.381Z','root',NULL,NULL,NULL);
INSERT INTO dbcare_migration VALUES('3','third',NULL,'schema','create table three (id integer primary key)','drop table three',NULL,'ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38','6e99390745b0f90baf17769a8580043e762c085090eb806726ef912ba5639b8b',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:14.393Z','root',NULL,NULL,NULL);
INSERT INTO dbcare_migration VALUES('4','fourth',NULL,'schema','create table four (id integer primary key)','drop table four',NULL,'591c999760897c6fbb97dc200e501dfbc84e239e5ffadc87e5ea322f0fc82d4f','830c14bc96f9a3a13a75f1a755d9a8fa786f49328ba83be047dfd7666e48bbcb',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:14.414Z','root',NULL,NULL,NULL);
CREATE TABLE dbcare_dependency (
	version text not null,
	depends_on text not null,
	primary key (version, depends_on)
) strict;
CREATE TABLE dbcare_ledger (
	version text not null primary key,
	position int not null,
	name text not null,
	up_sql text not null,
	down_sql text,
	checksum text not null,
	baseline integer not null,
	applied_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	applied_by text not null,
	role_name text,
	duration_ms int
, order_key text) strict;
INSERT INTO dbcare_ledger VALUES('1',1,'first','create table one (id integer primary key, a text)','drop table one','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e',0,'2026-11-24T05:14:14.388Z','root',NULL,0,NULL);
INSERT INTO dbcare_ledger VALUES('2',2,'second','create table two (id integer primary key)','drop table two','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',0,'2026-11-24T05:14:14.405Z','root',NULL,0,NULL);
INSERT INTO dbcare_ledger VALUES('3',3,'third','create table three (id integer primary key)','drop table three','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38',0,'2026-11-24T05:14:14.406Z','root',NULL,0,NULL);
CREATE TABLE dbcare_history (
	event_id integer not null primary key autoincrement,
	event text not null check (event in
		('register', 'apply', 'rollback', 'failure', 'baseline', 'repair')),
	version text not null,
	name text not null,
	checksum text,
	up_sql text,
	down_sql text,
	actor text not null,
	role_name text,
	happened_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	application text,
	duration_ms int,
	error text,
	app_version text,
	git_sha text,
	ticket text,
	hash text
) strict;
INSERT INTO dbcare_history VALUES(1,'register','1','first','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e','create table one (id integer primary key, a text)','drop table one','root',NULL,'2026-11-24T05:14:14.377Z',NULL,NULL,NULL,NULL,NULL,NULL,'b1e108f03f27e1e8b0bec1f10078640379d24687c6268ed7d6945169fb109c41');
INSERT INTO dbcare_history VALUES(2,'register','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3','create table two (id integer primary key)','drop table two','root',NULL,'2026-11-24T05:14:14.381Z',NULL,NULL,NULL,NULL,NULL,NULL,'727c6f54e3121a73311e1d0dd519b939cb6b4b90ca06a2874005d6138874202a');
INSERT INTO dbcare_history VALUES(3,'apply','1','first','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e',NULL,NULL,'root',NULL,'2026-11-24T05:14:14.388Z',NULL,0,NULL,NULL,NULL,NULL,'25b055e78dcd4c0910de4843f3a7e2a8ee0b8e2d4fda9c814714ba8cf5c785a6');
INSERT INTO dbcare_history VALUES(4,'apply','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:14.388Z',NULL,0,NULL,NULL,NULL,NULL,'db29d4af4ef5a7fad480ba413f949e70525aebb0945fc2b1dea816e71a6d70c6');
INSERT INTO dbcare_history VALUES(5,'register','3','third','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38','create table three (id integer primary key)','drop table three','root',NULL,'2026-11-24T05:14:14.393Z',NULL,NULL,NULL,NULL,NULL,NULL,'af7dcc5ecee89ab316a10b30a1d0518205fdaf1f7238d6742a1fa8e8eb389d8e');
INSERT INTO dbcare_history VALUES(6,'rollback','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:14.400Z',NULL,0,NULL,NULL,NULL,NULL,'41f94c0f38849d7916ddc6345c08d35341ec4e9bcf7d33586d550afc717b6062');
INSERT INTO dbcare_history VALUES(7,'apply','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:14.405Z',NULL,0,NULL,NULL,NULL,NULL,'a1ab50d25bd2c10117b86dfb9f280ab7cb4c2f49e6763be261bb181c12b262ea');
INSERT INTO dbcare_history VALUES(8,'apply','3','third','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38',NULL,NULL,'root',NULL,'2026-11-24T05:14:14.406Z',NULL,0,NULL,NULL,NULL,NULL,'9295223720c55b2820234a2a5ee6d93b024eea5948ba5534983785a4330a6533');
INSERT INTO dbcare_history VALUES(9,'register','4','fourth','591c999760897c6fbb97dc200e501dfbc84e239e5ffadc87e5ea322f0fc82d4f','create table four (id integer primary key)','drop table four','root',NULL,'2026-11-24T05:14:14.414Z',NULL,NULL,NULL,NULL,NULL,NULL,'d7a2d40a8b1341c0cacbe52ea8b34a9980c44c9f104d724cda410d35273e688c');
CREATE TABLE dbcare_snapshot (
	taken_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	event_id int
, whole integer) strict;
INSERT INTO dbcare_snapshot VALUES('2026-11-24T05:14:14.407Z',8,1);
CREATE TABLE dbcare_snapshot_object (
	type text not null,
	name text not null,
	parent text,
	position int not null,
	definition text not null, details text, depends_on text,
	primary key (type, name)
) strict;
INSERT INTO dbcare_snapshot_object VALUES('table','one','one',76,'CREATE TABLE one (id integer primary key, a text)',NULL,NULL);
INSERT INTO dbcare_snapshot_object VALUES('table','two','two',77,'CREATE TABLE two (id integer primary key)',NULL,NULL);
INSERT INTO dbcare_snapshot_object VALUES('table','three','three',78,'CREATE TABLE three (id integer primary key)',NULL,NULL);
CREATE TABLE dbcare_schema_change (
	change_id integer not null primary key autoincrement,
	object text not null,
	command text not null,
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	changed_by text not null,
	application text,
	client text,
	statement text
) strict;
CREATE TABLE dbcare_deployment (
	version text not null primary key,
	checksum text not null, -- of the script
	statement_no integer not null, -- the first unfinished statement
	begun integer not null, -- whether it was started
	runner int, -- [SQLite] the process that runs it
	indexes_before text -- [PG] indexes that existed before it
) strict;
CREATE TABLE dbcare_rule (
	name text not null primary key,
	table_name text not null, -- schema and name, as dbcare shows them
	expression text not null, -- must be true or null for every row
	condition text, -- restricts the rule to some rows; null: all rows
	severity text not null default 'warning',
	message text,
	repair_sql text, -- assignments of an UPDATE, or "delete"
	created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	created_by text not null
) strict;
INSERT INTO dbcare_rule VALUES('r1','one','length(a) < 10',NULL,'warning',NULL,'delete','2026-11-24T05:14:14.427Z','root');
CREATE TABLE dbcare_repair (
	repair_id int not null primary key,
	happened_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	actor text not null,
	role_name text,
	options text,
	undone_at text,
	undone_by text
) strict;
INSERT INTO dbcare_repair VALUES(1,'2026-11-24T05:14:14.434Z','root',NULL,'{"dry_run": false, "rules": ["r1"]}',NULL,NULL);
CREATE TABLE dbcare_quarantine (
	quarantine_id int not null primary key,
	repair_id int not null,
	step integer not null,
	table_name text not null, -- the table or partition with the row
	constraint_name text not null, -- name of the constraint or data rule
	action text not null, -- delete or update
	row_key text, -- JSON
	row_data text not null, -- JSON without loss of values
	row_left text, -- the row after the update, in the same format
	place text, -- ctid or rowid of the row (row_left, or row_data if it is null)
	reason text not null,
	unique (repair_id, step, quarantine_id)
) strict;
INSERT INTO dbcare_quarantine VALUES(1,1,1,'one','r1','delete','1','{"a": "xxxxxxxxxxxxxxxxxxxx", "id": 1}',NULL,'1','the row violates the rule');
CREATE TABLE dbcare_monitor (
	monitor_id integer not null primary key check (monitor_id = 1),
	enabled integer not null,
	interval_seconds real not null,
	options text, -- JSON as given
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	changed_by text not null
) strict;
CREATE TABLE dbcare_sample (
	sample_id int not null primary key,
	taken_at text not null,
	epoch text not null, -- counters can only be compared within an epoch
	readings text not null -- JSON: values by name of the measure
) strict;
CREATE TABLE dbcare_table_sample (
	sample_id int not null,
	table_name text not null,
	bytes int,
	row_estimate int,
	primary key (sample_id, table_name)
) strict;
CREATE TABLE dbcare_query (
	fingerprint text not null primary key,
	query text not null,
	first_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) strict;
CREATE TABLE dbcare_query_seen (
	fingerprint text not null,
	hour_at text not null,
	calls int not null,
	errors int,
	total_ms real not null,
	max_ms real,
	row_count int,
	sketch text, -- histogram of execution times
	last_at text,
	primary key (fingerprint, hour_at)
) strict;
CREATE TABLE dbcare_query_mark (
	source text not null, -- source of the statistics
	fingerprint text not null,
	calls int not null,
	errors int,
	total_ms real not null,
	row_count int,
	seen_at text not null,
	primary key (source, fingerprint)
) strict;
CREATE TABLE dbcare_check_run (
	check_id text not null primary key,
	run_at text not null,
	duration_ms real not null,
	severity text not null, -- the worst finding
	findings integer not null -- number of findings of info or worse
) strict;
CREATE TABLE dbcare_alert (
	alert_id integer not null primary key autoincrement,
	alert text not null,
	object text not null default '',
	severity text not null,
	value real,
	threshold real,
	message text not null,
	pending_at text not null, -- when the condition was first met
	raised_at text, -- null until the condition was met for long enough
	last_at text not null, -- when the condition was last met
	acked_at text,
	acked_by text,
	note text,
	cleared_at text
) strict;
CREATE TABLE dbcare_suppression (
	check_id text not null,
	object_pattern text not null,
	reason text not null,
	until_at text not null,
	created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	created_by text not null,
	primary key (check_id, object_pattern)
) strict;
INSERT INTO dbcare_suppression VALUES('missing_fk_index','*','none','2027-02-22T05:14:14.443Z','2026-11-24T05:14:14.444Z','root');
CREATE TABLE dbcare_adoption (
	table_name text not null primary key, -- as dbcare shows it
	tool text not null,
	keep_old integer not null, -- whether the old ledger is still written and read
	options text, -- JSON as given
	adopted_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	adopted_by text not null
) strict;
CREATE TABLE dbcare_backfill (
	name text not null primary key,
	table_name text not null, -- as dbcare shows it
	statement text not null, -- the UPDATE as given
	key_columns text not null, -- JSON array of names
	state text not null check (state in ('running', 'paused', 'failed', 'complete')),
	done_up_to text, -- JSON array of literals: key of the last finished row; null: none
	ends_at text, -- key of the last row to process, in the same format; null: none
	checked_up_to text, -- key of the last row verified not to match any more, in the same format
	tells_done integer, -- whether finished rows no longer match the condition; null: unknown
	rows_seen int not null default 0, -- rows of the table read
	rows_changed int not null default 0,
	rows_total int, -- estimate at the start
	batches int not null default 0,
	elapsed_ms real not null default 0, -- batches and pauses
	longest_ms real not null default 0, -- longest batch
	started_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	started_by text not null,
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	finished_at text,
	failure text,
	runner int -- not used any more: see runner in version 7
) strict;
CREATE TABLE dbcare_repair_table (
	repair_id int not null,
	table_name text not null,
	identity text not null, -- JSON, see check/identity.sql
	primary key (repair_id, table_name)
) strict;
INSERT INTO dbcare_repair_table VALUES(1,'one','[{"kind":"table","name":"","value":"a table with rowids"},{"kind":"column","name":"id","value":"integer, primary key 1"},{"kind":"column","name":"a","value":"text"}]');
CREATE TABLE dbcare_history_head (
	head_id integer not null primary key check (head_id = 1),
	events int not null, -- number of events
	event_id int not null, -- last event; 0: none
	hash text, -- hash of the last event
	numbered_from int not null -- from here on the hash includes the event_id, which has no gaps
) strict;
INSERT INTO dbcare_history_head VALUES(1,9,9,'d7a2d40a8b1341c0cacbe52ea8b34a9980c44c9f104d724cda410d35273e688c',0);
CREATE TABLE dbcare_samples_of (
	database_file text not null, -- absolute path
	since text -- creation time of dbcare's tables there; null: unknown
) strict;
CREATE TABLE dbcare_runner (
	work text not null primary key,
	pid integer not null,
	changed_at text not null -- last known to run
) strict;
CREATE TABLE dbcare_slow_log (
	source text not null,
	number int not null,
	started_at text not null,
	duration_ms real not null,
	fingerprint text not null,
	query text not null, -- normalised
	row_count int,
	user_name text,
	application text,
	full_scan_steps int,
	sorts int,
	automatic_indexes int,
	plan text,
	dropped int not null, -- size of the gap before this one
	primary key (source, number)
) strict;
CREATE TABLE dbcare_event (
	event_id integer not null primary key,
	at text not null, -- when the call began
	who text not null,
	role text,
	application text,
	address text,
	function_name text not null,
	arguments text not null, -- JSON object, without secrets
	outcome text not null check (outcome in ('ok', 'failed')),
	sqlstate text,
	duration_ms real not null
) strict;
INSERT INTO dbcare_event VALUES(1,'2026-11-24T05:14:14.367Z','root',NULL,NULL,NULL,'dbmigrate_add','{"name": "first", "up_sql": "create table one(id integer primary key, a text)", "options": {"verify_sql": "select count(*) = ? from one"}, "version": "1", "down_sql": "drop table one"}','ok',NULL,10.340999999999999303);
INSERT INTO dbcare_event VALUES(2,'2026-11-24T05:14:14.380Z','root',NULL,NULL,NULL,'dbmigrate_add','{"name": "second", "up_sql": "create table two(id integer primary key)", "version": "2", "down_sql": "drop table two"}','ok',NULL,1.5160000000000000142);
INSERT INTO dbcare_event VALUES(3,'2026-11-24T05:14:14.386Z','root',NULL,NULL,NULL,'dbmigrate_apply','{}','ok',NULL,3.4569999999999998507);
INSERT INTO dbcare_event VALUES(4,'2026-11-24T05:14:14.392Z','root',NULL,NULL,NULL,'dbmigrate_add','{"name": "third", "up_sql": "create table three(id integer primary key)", "version": "3", "down_sql": "drop table three"}','ok',NULL,1.8509999999999999786);
INSERT INTO dbcare_event VALUES(5,'2026-11-24T05:14:14.398Z','root',NULL,NULL,NULL,'dbmigrate_rollback','{}','ok',NULL,3.4310000000000000497);
INSERT INTO dbcare_event VALUES(6,'2026-11-24T05:14:14.403Z','root',NULL,NULL,NULL,'dbmigrate_apply','{}','ok',NULL,4.1100000000000003197);
INSERT INTO dbcare_event VALUES(7,'2026-11-24T05:14:14.412Z','root',NULL,NULL,NULL,'dbmigrate_add','{"name": "fourth", "up_sql": "create table four(id integer primary key)", "version": "4", "down_sql": "drop table four"}','ok',NULL,2.2459999999999999964);
INSERT INTO dbcare_event VALUES(8,'2026-11-24T05:14:14.421Z','root',NULL,NULL,NULL,'dbcare_set','{"name": "slow_query_ms", "value": 7}','ok',NULL,1.4399999999999999467);
INSERT INTO dbcare_event VALUES(9,'2026-11-24T05:14:14.425Z','root',NULL,NULL,NULL,'dbcheck_rule_add','{"name": "r1", "options": {"repair_sql": "delete"}, "relation": "one", "expression": "length(a) < ?"}','ok',NULL,2.1349999999999997868);
INSERT INTO dbcare_event VALUES(10,'2026-11-24T05:14:14.430Z','root',NULL,NULL,NULL,'dbcheck_repair','{"options": {"rules": ["r1"], "dry_run": false}}','ok',NULL,7.7069999999999998507);
INSERT INTO dbcare_event VALUES(11,'2026-11-24T05:14:14.443Z','root',NULL,NULL,NULL,'dbhealth_suppress','{"reason": "none", "check_id": "missing_fk_index", "object_pattern": "*"}','ok',NULL,1.3979999999999999094);
CREATE TABLE dbcare_archived_table (
	table_name text not null primary key,
	mode text not null, -- flag or trash
	file_column text, -- that has paths of files
	enabled_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	enabled_by text not null
) strict;
CREATE TABLE dbcare_trash (
	trash_id integer not null primary key autoincrement,
	batch_id int not null,
	-- detach: lost its parent; flag: dbarchive_delete() has marked it and its children
	action text not null default 'delete' check (action in ('delete', 'detach', 'flag')),
	table_name text not null, -- the table or partition that had the row
	
	row_key text, -- JSON
	row_data text not null, -- JSON without loss of values; of a detached row the foreign key it had
	place text, -- rowid of the row
	deleted_at text not null,
	deleted_by text,
	reason text
) strict;
CREATE TABLE dbcare_hold (
	hold_id integer not null primary key autoincrement,
	table_name text not null,
	row_key text not null, -- JSON, as in trash
	reason text not null,
	held_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	held_by text not null
) strict;
CREATE TABLE dbcare_audited_table (
	table_id integer not null primary key autoincrement,
	table_name text not null, -- as of the last dbaudit_enable()
	mode text not null, -- portable or strict
	options text not null, -- JSON
	enabled_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	enabled_by text not null,
	
	disabled_at text
) strict;
CREATE TABLE dbcare_audit_shape (
	shape_id integer not null primary key autoincrement,
	table_id int not null,
	columns text not null -- JSON: n, name, type, key, treat of each column
) strict;
CREATE TABLE dbcare_audit_context (
	context_id integer not null primary key autoincrement,
	user_name text  not null, -- of the session
	role_name text  not null,
	application text  not null,
	address text  not null,
	actor text  not null -- as claimed by the session
) strict;
CREATE TABLE dbcare_audit_entry (
	entry_id integer not null primary key autoincrement,
	transaction_id int not null,
	logged_at text not null,
	shape_id integer not null,
	context_id integer,
	action text  not null, -- insert, update, delete or truncate
	row_key text , -- JSON; before the update
	changed text, -- JSON: column to [old, new], or the deleted row
	moved_to text  -- the key after an update that has changed it
) strict;
CREATE TABLE dbcare_audit_seal (
	seal_id int not null primary key,
	sealed_at text not null,
	cluster text not null, -- [PG] where the numbers of transactions are from
	earlier int not null, -- entries up to this one are from other clusters
	to_transaction int not null, -- the last entry in the order of sealing
	to_entry int not null,
	first_entry int not null, -- lowest and highest number
	last_entry int not null,
	last_at text not null,
	entries int not null,
	leaves text, -- JSON: entry to its hash; null: the entries were removed
	digest text not null, -- hash of the leaves
	salts text not null, -- what erased values were hashed with is deleted
	previous text not null, -- root of the seal before
	root text not null
) strict;
CREATE TABLE dbcare_audit_key (
	key_id integer not null primary key,
	secret text not null -- hexadecimal digits
) strict;
CREATE TABLE dbcare_audit_current (
	current_id integer not null primary key,
	context_id integer,
	transaction_id int not null
) strict;
CREATE TABLE dbcare_policy (
	policy_id integer not null primary key autoincrement,
	table_name text not null,
	name text not null,
	options text not null, -- JSON
	created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	created_by text not null,
	unique (table_name, name)
) strict;
CREATE TABLE dbcare_policy_run (
	policy_id int not null,
	action text not null, -- archive, delete, anonymise or purge
	started_at text not null,
	finished_at text, -- null while it runs
	row_count int,
	error text,
	primary key (policy_id, action)
) strict;
CREATE TABLE dbcare_left_file (
	file_id integer not null primary key autoincrement,
	table_name text not null,
	row_key text not null, -- JSON, as in trash
	column_name text not null, -- that had the path
	path text not null,
	left_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	left_by text not null,
	removed_at text,
	removed_by text
) strict;
CREATE TABLE dbcare_schedule (
	schedule_id integer not null primary key check (schedule_id in (1, 2)), -- archive, backup
	at text not null, -- time of day in UTC, such as 03:30
	options text not null, -- JSON
	scheduled_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	scheduled_by text not null,
	role_name text, -- [PG] that makes backups
	started_at text, -- the last run
	finished_at text,
	errors text not null default '{}' -- JSON: step, or table, to why it failed
) strict;
CREATE TABLE one (id integer primary key, a text);
CREATE TABLE two (id integer primary key);
CREATE TABLE three (id integer primary key);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('dbcare_history',9);
CREATE INDEX dbcare_hold_row_key on dbcare_hold (row_key);
CREATE INDEX dbcare_audit_entry_row on dbcare_audit_entry (shape_id, row_key);
CREATE INDEX dbcare_audit_entry_moved on dbcare_audit_entry (shape_id, moved_to) where moved_to is not null;
CREATE INDEX dbcare_audit_context_actor on dbcare_audit_context (actor);
COMMIT;
