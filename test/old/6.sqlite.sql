PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE dbcare_bookkeeping (
	version integer not null primary key,
	library_version text not null,
	installed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) strict;
INSERT INTO dbcare_bookkeeping VALUES(1,'0.1.0','2026-11-24T05:14:19.362Z');
INSERT INTO dbcare_bookkeeping VALUES(2,'0.1.0','2026-11-24T05:14:19.363Z');
INSERT INTO dbcare_bookkeeping VALUES(3,'0.1.0','2026-11-24T05:14:19.363Z');
INSERT INTO dbcare_bookkeeping VALUES(4,'0.1.0','2026-11-24T05:14:19.364Z');
INSERT INTO dbcare_bookkeeping VALUES(5,'0.1.0','2026-11-24T05:14:19.364Z');
INSERT INTO dbcare_bookkeeping VALUES(6,'0.1.0','2026-11-24T05:14:19.365Z');
CREATE TABLE dbcare_setting (
	name text not null primary key,
	value text not null,
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	changed_by text not null
) strict;
INSERT INTO dbcare_setting VALUES('slow_query_ms','7','2026-11-24T05:14:19.402Z','root');
CREATE TABLE dbcare_migration (
	version text not null primary key,
	name text not null,
	description text,
	kind text not null default 'schema' check (kind in ('schema', 'data')),
	up_sql text not null,
	down_sql text,
	verify_sql text,
	checksum text not null, -- SHA-256 of up_sql
	definition text not null, -- SHA-256 of all that was given
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
) strict;
INSERT INTO dbcare_migration VALUES('1','first',NULL,'schema','create table one (id integer primary key, a text)','drop table one','select count(*) = 0 from one','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e','8b108477db3c47312116ee934833f7ce39416c0ca6305186bd98be07be19b940',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:19.368Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('2','second',NULL,'schema','create table two (id integer primary key)','drop table two',NULL,'64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3','f35fd8690511a167582af3aaa8ca2929a6193d4a0ae53a4e649c9bb76344990f',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:19.373Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('3','third',NULL,'schema','create table three (id integer primary key)','drop table three',NULL,'ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38','6e99390745b0f90baf17769a8580043e762c085090eb806726ef912ba5639b8b',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:19.381Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('4','fourth',NULL,'schema','create table four (id integer primary key)','drop table four',NULL,'591c999760897c6fbb97dc200e501dfbc84e239e5ffadc87e5ea322f0fc82d4f','830c14bc96f9a3a13a75f1a755d9a8fa786f49328ba83be047dfd7666e48bbcb',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:19.399Z','root',NULL,NULL);
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
) strict;
INSERT INTO dbcare_ledger VALUES('1',1,'first','create table one (id integer primary key, a text)','drop table one','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e',0,'2026-11-24T05:14:19.376Z','root',NULL,0);
INSERT INTO dbcare_ledger VALUES('2',2,'second','create table two (id integer primary key)','drop table two','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',0,'2026-11-24T05:14:19.390Z','root',NULL,0);
INSERT INTO dbcare_ledger VALUES('3',3,'third','create table three (id integer primary key)','drop table three','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38',0,'2026-11-24T05:14:19.390Z','root',NULL,0);
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
INSERT INTO dbcare_history VALUES(1,'register','1','first','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e','create table one (id integer primary key, a text)','drop table one','root',NULL,'2026-11-24T05:14:19.368Z',NULL,NULL,NULL,NULL,NULL,NULL,'a1254fcda51c0d89d63bd4ede64fd3b636cb512c49d50857777fe1ec1f95c51c');
INSERT INTO dbcare_history VALUES(2,'register','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3','create table two (id integer primary key)','drop table two','root',NULL,'2026-11-24T05:14:19.373Z',NULL,NULL,NULL,NULL,NULL,NULL,'bee116809a725fdb7aa9b1b3d7124f1a88b449532a4276a44675f6057ee59744');
INSERT INTO dbcare_history VALUES(3,'apply','1','first','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e',NULL,NULL,'root',NULL,'2026-11-24T05:14:19.376Z',NULL,0,NULL,NULL,NULL,NULL,'20891bbc5f03005b327512564cb17148cbe4c95e37d5a05187b0b4224814dbd8');
INSERT INTO dbcare_history VALUES(4,'apply','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:19.376Z',NULL,0,NULL,NULL,NULL,NULL,'4a66b958a58dde9cf71b9324b892aa415f87047df0f8a5f4d8526cabbcd5a1b8');
INSERT INTO dbcare_history VALUES(5,'register','3','third','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38','create table three (id integer primary key)','drop table three','root',NULL,'2026-11-24T05:14:19.381Z',NULL,NULL,NULL,NULL,NULL,NULL,'8b4480018c62b4e238d5262b891f4dc44e28fe5a5a4c04adc09b7e7274e085de');
INSERT INTO dbcare_history VALUES(6,'rollback','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:19.385Z',NULL,0,NULL,NULL,NULL,NULL,'c5ce394697ca1aa503a83fe74cfc1e847344f44daef213e2f6b4c4a49c63a9b8');
INSERT INTO dbcare_history VALUES(7,'apply','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:19.390Z',NULL,0,NULL,NULL,NULL,NULL,'f356eec63ccca1b1010d60c8a641d498303819780ed2f3b1111d63cfb15753d1');
INSERT INTO dbcare_history VALUES(8,'apply','3','third','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38',NULL,NULL,'root',NULL,'2026-11-24T05:14:19.390Z',NULL,0,NULL,NULL,NULL,NULL,'2679e64eaf9db19f15af95e2c03808e0846db962532f21d3ccbe983527702420');
INSERT INTO dbcare_history VALUES(9,'register','4','fourth','591c999760897c6fbb97dc200e501dfbc84e239e5ffadc87e5ea322f0fc82d4f','create table four (id integer primary key)','drop table four','root',NULL,'2026-11-24T05:14:19.399Z',NULL,NULL,NULL,NULL,NULL,NULL,'0124cb82cf9c8c06f79653015ce367bf3b7e6c85bb1cc873d584bbc51ed279de');
CREATE TABLE dbcare_snapshot (
	taken_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	event_id int
) strict;
INSERT INTO dbcare_snapshot VALUES('2026-11-24T05:14:19.395Z',8);
CREATE TABLE dbcare_snapshot_object (
	type text not null,
	name text not null,
	parent text,
	position int not null,
	definition text not null,
	primary key (type, name)
) strict;
INSERT INTO dbcare_snapshot_object VALUES('table','one','one',49,'CREATE TABLE one (id integer primary key, a text)');
INSERT INTO dbcare_snapshot_object VALUES('table','two','two',50,'CREATE TABLE two (id integer primary key)');
INSERT INTO dbcare_snapshot_object VALUES('table','three','three',51,'CREATE TABLE three (id integer primary key)');
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
	statement_no integer not null, -- the first one that is not done
	begun integer not null, -- whether it was
	runner int, -- [SQLite] the process that runs it
	indexes_before text -- [PG] indexes there were before it
) strict;
CREATE TABLE dbcare_rule (
	name text not null primary key,
	table_name text not null, -- as dbcare shows it: schema and name
	expression text not null, -- true or null for every row that satisfies it
	condition text, -- of the rows it is about; null: all
	severity text not null default 'warning',
	message text,
	repair_sql text, -- assignments of an UPDATE, or "delete"
	created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	created_by text not null
) strict;
INSERT INTO dbcare_rule VALUES('r1','one','length(a) < 10',NULL,'warning',NULL,'delete','2026-11-24T05:14:19.405Z','root');
CREATE TABLE dbcare_repair (
	repair_id int not null primary key,
	happened_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	actor text not null,
	role_name text,
	options text,
	undone_at text,
	undone_by text
) strict;
INSERT INTO dbcare_repair VALUES(1,'2026-11-24T05:14:19.411Z','root',NULL,'{"dry_run": false, "rules": ["r1"]}',NULL,NULL);
CREATE TABLE dbcare_quarantine (
	quarantine_id int not null primary key,
	repair_id int not null,
	step integer not null,
	table_name text not null, -- with the rows, no partitioned one
	constraint_name text not null, -- or data rule
	action text not null, -- delete or update
	row_key text, -- JSON
	row_data text not null, -- JSON, each value without loss
	row_left text, -- what update made of it, likewise
	place text, -- ctid or rowid, where row_left or else row_data is
	reason text not null,
	unique (repair_id, step, quarantine_id)
) strict;
INSERT INTO dbcare_quarantine VALUES(1,1,1,'one','r1','delete','1','{"a": "xxxxxxxxxxxxxxxxxxxx", "id": 1}',NULL,'1','the row violates the rule');
CREATE TABLE dbcare_monitor (
	monitor_id integer not null primary key check (monitor_id = 1),
	enabled integer not null,
	interval_seconds real not null,
	options text, -- JSON, as it was given
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	changed_by text not null
) strict;
CREATE TABLE dbcare_sample (
	sample_id int not null primary key,
	taken_at text not null,
	epoch text not null, -- counters compare within one only
	readings text not null -- JSON: measures by their name
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
	sketch text, -- of the distribution of times
	last_at text,
	primary key (fingerprint, hour_at)
) strict;
CREATE TABLE dbcare_query_mark (
	source text not null, -- who counts
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
	severity text not null, -- the worst
	findings integer not null -- that are info or worse
) strict;
CREATE TABLE dbcare_alert (
	alert_id integer not null primary key autoincrement,
	alert text not null,
	object text not null default '',
	severity text not null,
	value real,
	threshold real,
	message text not null,
	pending_at text not null, -- when its condition was first met
	raised_at text, -- null until it was met for long enough
	last_at text not null, -- when it was last met
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
INSERT INTO dbcare_suppression VALUES('missing_fk_index','*','none','2027-02-22T05:14:19.417Z','2026-11-24T05:14:19.418Z','root');
CREATE TABLE dbcare_adoption (
	table_name text not null primary key, -- as dbcare shows it
	tool text not null,
	keep_old integer not null, -- whether it is still written, and read
	options text, -- JSON, as it was given
	adopted_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	adopted_by text not null
) strict;
CREATE TABLE dbcare_backfill (
	name text not null primary key,
	table_name text not null, -- as dbcare shows it
	statement text not null, -- the UPDATE as it was given
	key_columns text not null, -- JSON array of names
	state text not null check (state in ('running', 'paused', 'failed', 'complete')),
	done_up_to text, -- JSON array of literals: the key of the last row that is done; null: none
	ends_at text, -- the same of the last row there is to do; null: none
	checked_up_to text, -- the same of the last row found not to match any more
	tells_done integer, -- whether the condition no longer matches what is done; null: not known yet
	rows_seen int not null default 0, -- of the table
	rows_changed int not null default 0,
	rows_total int, -- estimate at the start
	batches int not null default 0,
	elapsed_ms real not null default 0, -- in batches and pauses
	longest_ms real not null default 0, -- batch
	started_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	started_by text not null,
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	finished_at text,
	failure text,
	runner int -- [SQLite] process that runs it
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
	events int not null, -- how many there are
	event_id int not null, -- of the last one; 0: none
	hash text, -- of the last one
	numbered_from int not null -- the hash of later events has their event_id, which has no gaps
) strict;
INSERT INTO dbcare_history_head VALUES(1,9,9,'0124cb82cf9c8c06f79653015ce367bf3b7e6c85bb1cc873d584bbc51ed279de',0);
CREATE TABLE dbcare_samples_of (
	database_file text not null, -- with its directories
	since text -- when the tables of dbcare were made there; null: not known
) strict;
CREATE TABLE one (id integer primary key, a text);
CREATE TABLE two (id integer primary key);
CREATE TABLE three (id integer primary key);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('dbcare_history',9);
COMMIT;
