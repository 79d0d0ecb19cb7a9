PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE dbcare_bookkeeping (
	version integer not null primary key,
	library_version text not null,
	installed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
INSERT INTO dbcare_bookkeeping VALUES(1,'0.1.0','2026-11-24T05:15:58.216Z');
INSERT INTO dbcare_bookkeeping VALUES(2,'0.1.0','2026-11-24T05:15:58.216Z');
CREATE TABLE dbcare_setting (
	name text not null primary key,
	value text not null,
	changed_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	changed_by text not null
);
INSERT INTO dbcare_setting VALUES('slow_query_ms','7','2026-11-24T05:15:58.332Z','root');
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
INSERT INTO dbcare_migration VALUES('1','first',NULL,'schema','create table one (id integer primary key, a text)','drop table one','select count(*) = 0 from one','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e','8b108477db3c47312116ee934833f7ce39416c0ca6305186bd98be07be19b940',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:15:58.227Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('2','second',NULL,'schema','create table two (id integer primary key)','drop table two',NULL,'64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3','f35fd8690511a167582af3aaa8ca2929a6193d4a0ae53a4e649c9bb76344990f',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:15:58.250Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('3','third',NULL,'schema','create table three (id integer primary key)','drop table three',NULL,'ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38','6e99390745b0f90baf17769a8580043e762c085090eb806726ef912ba5639b8b',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:15:58.290Z','root',NULL,NULL);
INSERT INTO dbcare_migration VALUES('4','fourth',NULL,'schema','create table four (id integer primary key)','drop table four',NULL,'591c999760897c6fbb97dc200e501dfbc84e239e5ffadc87e5ea322f0fc82d4f','830c14bc96f9a3a13a75f1a755d9a8fa786f49328ba83be047dfd7666e48bbcb',1,0,NULL,NULL,NULL,1,NULL,1,'2026-11-24T05:15:58.330Z','root',NULL,NULL);
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
INSERT INTO dbcare_ledger VALUES('1',1,'first','create table one (id integer primary key, a text)','drop table one','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e',0,'2026-11-24T05:15:58.270Z','root',NULL,0);
INSERT INTO dbcare_ledger VALUES('2',2,'second','create table two (id integer primary key)','drop table two','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',0,'2026-11-24T05:15:58.325Z','root',NULL,0);
INSERT INTO dbcare_ledger VALUES('3',3,'third','create table three (id integer primary key)','drop table three','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38',0,'2026-11-24T05:15:58.325Z','root',NULL,0);
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
INSERT INTO dbcare_history VALUES(1,'register','1','first','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e','create table one (id integer primary key, a text)','drop table one','root',NULL,'2026-11-24T05:15:58.221Z',NULL,NULL,NULL,NULL,NULL,NULL,'48b127168acf83bebb2bb889f6df5acd219de4a7be001baf18a76ec16b66e4c8');
INSERT INTO dbcare_history VALUES(2,'register','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3','create table two (id integer primary key)','drop table two','root',NULL,'2026-11-24T05:15:58.250Z',NULL,NULL,NULL,NULL,NULL,NULL,'0db888950484aadfad1a81ef85fe3b2385cc2e1254717a37ad859fddc58ef18b');
INSERT INTO dbcare_history VALUES(3,'apply','1','first','a9d6ca47ebf7ed8d3be7b222939a386631b54c7180987c455017ad027368440e',NULL,NULL,'root',NULL,'2026-11-24T05:15:58.270Z',NULL,0,NULL,NULL,NULL,NULL,'291fd323c010dcf4e0673c4bbf872a16f6b8a0883d02901ef4ee84dc8bd85f25');
INSERT INTO dbcare_history VALUES(4,'apply','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:15:58.270Z',NULL,0,NULL,NULL,NULL,NULL,'497c604ffef3244d5f901e4e7191609b0040068597f512693b4e9687d392caef');
INSERT INTO dbcare_history VALUES(5,'register','3','third','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38','create table three (id integer primary key)','drop table three','root',NULL,'2026-11-24T05:15:58.290Z',NULL,NULL,NULL,NULL,NULL,NULL,'f0f3e9a848a6aa1014e78abada9878345082b67f98cb469f989e23272394b7d8');
INSERT INTO dbcare_history VALUES(6,'rollback','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:15:58.315Z',NULL,0,NULL,NULL,NULL,NULL,'afba57ad15ad71fa9d1c3dcaebc95204935cbe0876a289d060308eeb12cead38');
INSERT INTO dbcare_history VALUES(7,'apply','2','second','64a806053c8c090761d56fe37c1cf6e66d1d3ecaf4d21e7d6f8b0e65eb0d0ff3',NULL,NULL,'root',NULL,'2026-11-24T05:15:58.325Z',NULL,0,NULL,NULL,NULL,NULL,'ff7eb8a838617ac53aad29013421ae056e16a71fa2a44ea9b20362642b80f165');
INSERT INTO dbcare_history VALUES(8,'apply','3','third','ef628a6264fd96e81889651a583198e19fc1ae69e6c4d825f70e4052a6abdb38',NULL,NULL,'root',NULL,'2026-11-24T05:15:58.325Z',NULL,0,NULL,NULL,NULL,NULL,'29d784167b291ce6a196a728422ea8e06d0b79a786516a61ddd65ec63f7ac818');
INSERT INTO dbcare_history VALUES(9,'register','4','fourth','591c999760897c6fbb97dc200e501dfbc84e239e5ffadc87e5ea322f0fc82d4f','create table four (id integer primary key)','drop table four','root',NULL,'2026-11-24T05:15:58.330Z',NULL,NULL,NULL,NULL,NULL,NULL,'e370e2d8f40855e92413f6e18342fd8bee2ada97c50df41662835373631a2360');
CREATE TABLE dbcare_snapshot (
	taken_at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	event_id bigint
);
INSERT INTO dbcare_snapshot VALUES('2026-11-24T05:15:58.326Z',8);
CREATE TABLE dbcare_snapshot_object (
	type text not null,
	name text not null,
	parent text,
	position bigint not null,
	definition text not null,
	primary key (type, name)
);
INSERT INTO dbcare_snapshot_object VALUES('table','one','one',18,'CREATE TABLE one (id integer primary key, a text)');
INSERT INTO dbcare_snapshot_object VALUES('table','two','two',19,'CREATE TABLE two (id integer primary key)');
INSERT INTO dbcare_snapshot_object VALUES('table','three','three',20,'CREATE TABLE three (id integer primary key)');
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
CREATE TABLE one (id integer primary key, a text);
CREATE TABLE two (id integer primary key);
CREATE TABLE three (id integer primary key);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('dbcare_history',9);
COMMIT;
