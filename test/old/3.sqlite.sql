PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE dbcare_bookkeeping (
	version integer not null primary key,
	library_version text not null,
	installed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
INSERT INTO dbcare_bookkeeping VALUES(1,'0.1.0','2026-11-24T05:14:28.425Z');
INSERT INTO dbcare_bookkeeping VALUES(2,'0.1.0','2026-11-24T05:14:28.425Z');
INSERT INTO dbcare_bookkeeping VALUES(3,'0.1.0','2026-11-24T05:14:28.426Z');
CREATE TABLE dbcare_setting (
	name text not null primary key,
	value text not null,
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	changed_by text not null
);
INSERT INTO dbcare_setting VALUES('slow_query_ms','7','2026-11-24T05:14:28.477Z','root');
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
INSERT INTO dbcare_migration VALUES('1','first',NULL,'schema','create table one (id integer primary key, a text)','drop table one','select count(*) = 0 from one','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e','8b108477db3c47312116ee934833f7ce39416c0ca6305186bd98be07be19b940',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:28.434Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('2','second',NULL,'schema','create table two (id integer primary key)','drop table two',NULL,'64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3','f35fd8690511a167582af3aaa8ca2929a6193d4a0ae53a4e649c9bb76344990f',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:28.440Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('3','third',NULL,'schema','create table three (id integer primary key)','drop table three',NULL,'ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38','6e99390745b0f90baf17769a8580043e762c085090eb806726ef912ba5639b8b',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:28.454Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('4','fourth',NULL,'schema','create table four (id integer primary key)','drop table four',NULL,'591c999760897c6fbb97dc200e501dfbc84e239e5ffadc87e5ea322f0fc82d4f','830c14bc96f9a3a13a75f1a755d9a8fa786f49328ba83be047dfd7666e48bbcb',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:14:28.475Z','root',NULL,NULL);
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
INSERT INTO dbcare_ledger VALUES('1',1,'first','create table one (id integer primary key, a text)','drop table one','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e',0,'2026-11-24T05:14:28.447Z','root',NULL,0);
INSERT INTO dbcare_ledger VALUES('2',2,'second','create table two (id integer primary key)','drop table two','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',0,'2026-11-24T05:14:28.467Z','root',NULL,5);
INSERT INTO dbcare_ledger VALUES('3',3,'third','create table three (id integer primary key)','drop table three','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38',0,'2026-11-24T05:14:28.467Z','root',NULL,0);
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
INSERT INTO dbcare_history VALUES(1,'register','1','first','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e','create table one (id integer primary key, a text)','drop table one','root',NULL,'2026-11-24T05:14:28.433Z',NULL,NULL,NULL,NULL,NULL,NULL,'63720db9b9b059bf7dafc7b9dd1a0ab5dd7d4f6a88d1f53fbfa899650badf9dd');
INSERT INTO dbcare_history VALUES(2,'register','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3','create table two (id integer primary key)','drop table two','root',NULL,'2026-11-24T05:14:28.440Z',NULL,NULL,NULL,NULL,NULL,NULL,'f1b0e8e95ad386af20504eeaf191e51188fdb4f11286c5654c9ec8a36aabab4b');
INSERT INTO dbcare_history VALUES(3,'apply','1','first','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e',NULL,NULL,'root',NULL,'2026-11-24T05:14:28.447Z',NULL,0,NULL,NULL,NULL,NULL,'2817ba6fee5279c94b747e30f001cba96ab32586770a6f4803c006496d798bca');
INSERT INTO dbcare_history VALUES(4,'apply','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:28.448Z',NULL,0,NULL,NULL,NULL,NULL,'bb7085f58b10fbf0be3d8a8ef9b69b6b53ec7c513e5510e96bb0ea413d7844d3');
INSERT INTO dbcare_history VALUES(5,'register','3','third','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38','create table three (id integer primary key)','drop table three','root',NULL,'2026-11-24T05:14:28.454Z',NULL,NULL,NULL,NULL,NULL,NULL,'da546ba1b54f0a8e15b4e8eb97a38b4f31d7611d7a0ef5e24c1eb0bac7063b91');
INSERT INTO dbcare_history VALUES(6,'rollback','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:28.459Z',NULL,0,NULL,NULL,NULL,NULL,'65c9211b3e2ff87dfac8f5c28a5ace56ad6289bd7b69a59b3af236f7e7240a92');
INSERT INTO dbcare_history VALUES(7,'apply','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:14:28.467Z',NULL,5,NULL,NULL,NULL,NULL,'8f755445fed8892b1dd3c201d4c26eb5af95308026b22691d24c4cc336de2eaa');
INSERT INTO dbcare_history VALUES(8,'apply','3','third','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38',NULL,NULL,'root',NULL,'2026-11-24T05:14:28.467Z',NULL,0,NULL,NULL,NULL,NULL,'098783afbc1e029bb7c5585454b0354d8b105be8dcd79f0ab710e6e6ae8ea490');
INSERT INTO dbcare_history VALUES(9,'register','4','fourth','591c999760897c6fbb97dc200e501dfbc84e239e5ffadc87e5ea322f0fc82d4f','create table four (id integer primary key)','drop table four','root',NULL,'2026-11-24T05:14:28.475Z',NULL,NULL,NULL,NULL,NULL,NULL,'c2ba2339796d9faa1304602f8c3ca522d384b1bcc5280a6bbf05b0b599e75af8');
CREATE TABLE dbcare_snapshot (
	taken_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	event_id bigint
);
INSERT INTO dbcare_snapshot VALUES('2026-11-24T05:14:28.468Z',8);
CREATE TABLE dbcare_snapshot_object (
	type text not null,
	name text not null,
	parent text,
	position bigint not null,
	definition text not null,
	primary key (type, name)
);
INSERT INTO dbcare_snapshot_object VALUES('table','one','one',25,'CREATE TABLE one (id integer primary key, a text)');
INSERT INTO dbcare_snapshot_object VALUES('table','two','two',26,'CREATE TABLE two (id integer primary key)');
INSERT INTO dbcare_snapshot_object VALUES('table','three','three',27,'CREATE TABLE three (id integer primary key)');
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
INSERT INTO dbcare_rule VALUES('r1','one','length(a) < 10',NULL,'warning',NULL,'delete','2026-11-24T05:14:28.479Z','root');
CREATE TABLE dbcare_repair (
	repair_id bigint not null primary key,
	happened_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	actor text not null,
	role_name text,
	options text,
	undone_at text,
	undone_by text
);
INSERT INTO dbcare_repair VALUES(1,'2026-11-24T05:14:28.484Z','root',NULL,'{"dry_run": false, "rules": ["r1"]}',NULL,NULL);
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
CREATE TABLE one (id integer primary key, a text);
CREATE TABLE two (id integer primary key);
CREATE TABLE three (id integer primary key);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('dbcare_history',9);
COMMIT;
