PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE dbcare_bookkeeping (
	version integer not null primary key,
	library_version text not null,
	installed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
INSERT INTO dbcare_bookkeeping VALUES(1,'0.1.0','2026-11-24T05:14:23.789Z');
INSERT INTO dbcare_bookkeeping VALUES(2,'0.1.0','2026-11-24T05:14:23.790Z');
INSERT INTO dbcare_bookkeeping VALUES(3,'0.1.0','2026-11-24T05:14:23.790Z');
INSERT INTO dbcare_bookkeeping VALUES(4,'0.1.0','2026-11-24T05:14:23.791Z');
CREATE TABLE dbcare_setting (
	name text not null primary key,
	value text not null,
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	changed_by text not null
);
INSERT INTO dbcare_setting VALUES('slow_query_ms','7','2026-11-24T05:14:23.814Z','root');
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
);
INSERT INTO dbcare_migration VALUES('1','first',NULL,'schema','create table one (id integer primary key, a text)','drop table one','select count(*) = 0 from one','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e','8b108477db3c47312116ee934833f7ce39416c0ca6305186bd98be07be19b940',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:23.794Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('2','second',NULL,'schema','create table two (id integer primary key)','drop table two',NULL,'64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3','f35fd8690511a167582af3aaa8ca2929a6193d4a0ae53a4e649c9bb76344990f',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:23.797Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('3','third',NULL,'schema','create table three (id integer primary key)','drop table three',NULL,'ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38','6e99390745b0f90baf17769a8580043e762c085090eb806726ef912ba5639b8b',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:23.803Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('4','fourth',NULL,'schema','create table four (id integer primary key)','drop table four',NULL,'591c999760897c6fbb97dc200e501dfbc84e239e5ffadc87e5ea322f0fc82d4f','830c14bc96f9a3a13a75f1a755d9a8fa786f49328ba83be047dfd7666e48bbcb',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:23.812Z','root',NULL,NULL);
CREATE TABLE dbcare_dependency (
	version text not null,
	depends_on text not null,
	primary key (version, depends_on)
);
CREATE TABLE dbcare_ledger (
	version text not null primary key,
	position bigint not null,
	name text not null,
	up_sql text not null,
	down_sql text,
	checksum text not null,
	baseline integer not null,
	applied_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	applied_by text not null,
	role_name text,
	duration_ms bigint
);
INSERT INTO dbcare_ledger VALUES('1',1,'first','create table one (id integer primary key, a text)','drop table one','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e',0,'2026-11-24T05:14:23.800Z','root',NULL,0);
INSERT INTO dbcare_ledger VALUES('2',2,'second','create table two (id integer primary key)','drop table two','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',0,'2026-11-24T05:14:23.808Z','root',NULL,0);
INSERT INTO dbcare_ledger VALUES('3',3,'third','create table three (id integer primary key)','drop table three','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38',0,'2026-11-24T05:14:23.808Z','root',NULL,0);
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
	duration_ms bigint,
	error text,
	app_version text,
	git_sha text,
	ticket text,
	hash text
);
INSERT INTO dbcare_history VALUES(1,'register','1','first','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e','create table one (id integer primary key, a text)','drop table one','root',NULL,'2026-11-24T05:14:23.794Z',NULL,NULL,NULL,NULL,NULL,NULL,'6c10572eb200186c66c0b4944a499621a6ed99e117bc6c427e3e1f560d95f8cc');
INSERT INTO dbcare_history VALUES(2,'register','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3','create table two (id integer primary key)','drop table two','root',NULL,'2026-11-24T05:14:23.797Z',NULL,NULL,NULL,NULL,NULL,NULL,'7a7a30ca8a011a7389851a63679bf2eb7cc798ea29c89f912f3a9d723725199a');
INSERT INTO dbcare_history VALUES(3,'apply','1','first','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e',NULL,NULL,'root',NULL,'2026-11-24T05:14:23.800Z',NULL,0,NULL,NULL,NULL,NULL,'8618ab232fe527c0c53f13654e7993e1fd7f31f31a93c3ba55d4cddcb171fcdd');
INSERT INTO dbcare_history VALUES(4,'apply','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:23.800Z',NULL,0,NULL,NULL,NULL,NULL,'14ca5708bf6b38d870f92d96c2d9d6bd817ea1de30a331473e95654f21c7a1fa');
INSERT INTO dbcare_history VALUES(5,'register','3','third','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38','create table three (id integer primary key)','drop table three','root',NULL,'2026-11-24T05:14:23.803Z',NULL,NULL,NULL,NULL,NULL,NULL,'a117be31083d9bd8ae9870657aee5e3005fa8e8e44d4e3b412735e2ccaadb0c9');
INSERT INTO dbcare_history VALUES(6,'rollback','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:23.805Z',NULL,0,NULL,NULL,NULL,NULL,'968f1d2b04e44697cf811a924324dadd0d83bf71b40bf66822566e22cd32c103');
INSERT INTO dbcare_history VALUES(7,'apply','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:23.808Z',NULL,0,NULL,NULL,NULL,NULL,'a9e947a9509ee2d4f8532a339ccb1200b13eaeef4b93ea8d1eabe30f58618632');
INSERT INTO dbcare_history VALUES(8,'apply','3','third','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38',NULL,NULL,'root',NULL,'2026-11-24T05:14:23.808Z',NULL,0,NULL,NULL,NULL,NULL,'a1080e7f6e9c651eec1f44ca4ee11c40a180d0d4d5be8b3efbdb25875e9e6892');
INSERT INTO dbcare_history VALUES(9,'register','4','fourth','591c999760897c6fbb97dc200e501dfbc84e239e5ffadc87e5ea322f0fc82d4f','create table four (id integer primary key)','drop table four','root',NULL,'2026-11-24T05:14:23.812Z',NULL,NULL,NULL,NULL,NULL,NULL,'d245113ab960a64abb7e6fb0ba73b489e290ce110fddebcd7e9992adbe0529d0');
CREATE TABLE dbcare_snapshot (
	taken_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	event_id bigint
);
INSERT INTO dbcare_snapshot VALUES('2026-11-24T05:14:23.809Z',8);
CREATE TABLE dbcare_snapshot_object (
	type text not null,
	name text not null,
	parent text,
	position bigint not null,
	definition text not null,
	primary key (type, name)
);
INSERT INTO dbcare_snapshot_object VALUES('table','one','one',41,'CREATE TABLE one (id integer primary key, a text)');
INSERT INTO dbcare_snapshot_object VALUES('table','two','two',42,'CREATE TABLE two (id integer primary key)');
INSERT INTO dbcare_snapshot_object VALUES('table','three','three',43,'CREATE TABLE three (id integer primary key)');
CREATE TABLE dbcare_schema_change (
	change_id integer not null primary key autoincrement,
	object text not null,
	command text not null,
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	changed_by text not null,
	application text,
	client text,
	statement text
);
CREATE TABLE dbcare_deployment (
	version text not null primary key,
	checksum text not null, -- of the script
	statement_no integer not null, -- the first one that is not done
	begun integer not null, -- whether it was
	runner bigint, -- [SQLite] the process that runs it
	indexes_before text -- [PG] indexes there were before it
);
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
);
INSERT INTO dbcare_rule VALUES('r1','one','length(a) < 10',NULL,'warning',NULL,'delete','2026-11-24T05:14:23.816Z','root');
CREATE TABLE dbcare_repair (
	repair_id bigint not null primary key,
	happened_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	actor text not null,
	role_name text,
	options text,
	undone_at text,
	undone_by text
);
INSERT INTO dbcare_repair VALUES(1,'2026-11-24T05:14:23.821Z','root',NULL,'{"dry_run": false, "rules": ["r1"]}',NULL,NULL);
CREATE TABLE dbcare_quarantine (
	quarantine_id bigint not null primary key,
	repair_id bigint not null,
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
);
INSERT INTO dbcare_quarantine VALUES(1,1,1,'one','r1','delete','1','{"a": "xxxxxxxxxxxxxxxxxxxx", "id": 1}',NULL,'1','it violates the rule');
CREATE TABLE dbcare_monitor (
	monitor_id integer not null primary key check (monitor_id = 1),
	enabled integer not null,
	interval_seconds double precision not null,
	options text, -- JSON, as it was given
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	changed_by text not null
);
CREATE TABLE dbcare_sample (
	sample_id bigint not null primary key,
	taken_at text not null,
	epoch text not null, -- counters compare within one only
	readings text not null -- JSON: measures by their name
);
CREATE TABLE dbcare_table_sample (
	sample_id bigint not null,
	table_name text not null,
	bytes bigint,
	row_estimate bigint,
	primary key (sample_id, table_name)
);
CREATE TABLE dbcare_query (
	fingerprint text not null primary key,
	query text not null,
	first_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE TABLE dbcare_query_seen (
	fingerprint text not null,
	hour_at text not null,
	calls bigint not null,
	errors bigint,
	total_ms double precision not null,
	max_ms double precision,
	row_count bigint,
	sketch text, -- of the distribution of times
	last_at text,
	primary key (fingerprint, hour_at)
);
CREATE TABLE dbcare_query_mark (
	source text not null, -- who counts
	fingerprint text not null,
	calls bigint not null,
	errors bigint,
	total_ms double precision not null,
	row_count bigint,
	seen_at text not null,
	primary key (source, fingerprint)
);
CREATE TABLE dbcare_check_run (
	check_id text not null primary key,
	run_at text not null,
	duration_ms double precision not null,
	severity text not null, -- the worst
	findings integer not null -- that are info or worse
);
CREATE TABLE dbcare_alert (
	alert_id integer not null primary key autoincrement,
	alert text not null,
	object text not null default '',
	severity text not null,
	value double precision,
	threshold double precision,
	message text not null,
	pending_at text not null, -- when its condition was first met
	raised_at text, -- null until it was met for long enough
	last_at text not null, -- when it was last met
	acked_at text,
	acked_by text,
	note text,
	cleared_at text
);
CREATE TABLE dbcare_suppression (
	check_id text not null,
	object_pattern text not null,
	reason text not null,
	until_at text not null,
	created_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	created_by text not null,
	primary key (check_id, object_pattern)
);
INSERT INTO dbcare_suppression VALUES('missing_fk_index','*','none','2027-02-22T05:14:23.826Z','2026-11-24T05:14:23.826Z','root');
CREATE TABLE one (id integer primary key, a text);
CREATE TABLE two (id integer primary key);
CREATE TABLE three (id integer primary key);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('dbcare_history',9);
COMMIT;
