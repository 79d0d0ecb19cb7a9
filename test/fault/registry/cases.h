/*
 * cases.h
 *	  Calls of the SQLite extension that are made to fail, and the databases in
 *	  which they run.  For programs linked with SQLite and the extension.
 */
#include "test/fault/core/tap.h"
#include "test/fault/registry/cases_setup.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct test_case
{
	const char *setup; /* a name below; the call runs after it */
	const char *call;
} test_case;

static const test_case cases[] = {
	{"empty", "select dbcare_version()"},
	{"empty", "select * from dbcare_functions"},
	{"empty", "select * from dbcare_settings"},
	{"empty", "select dbcare_install()"},
	{"empty", "select dbcare_set('actor', 'somebody')"},
	{"empty", "select dbcare_get('environment')"},
	{"empty", "select dbcare_grant('a', 'b')"},
	{"empty", "select dbcare_set('no such setting', 1)"},
	{"empty", "select dbmigrate_add('1', 'one', 'create table t (a)', null,"
			  " '{\"description\": \"first\"}')"},
	{"empty", "select dbmigrate_load('{\"1_a.up.sql\": \"create table a (x)\","
			  " \"1_a.down.sql\": \"drop table a\"}')"},
	{"empty", "select dbmigrate_load(:directory)"},
	{"empty", "select * from dbmigrate_status"},
	{"pending", "select dbcare_uninstall('{\"confirm\": \"memory\"}')"},
	{"pending", "select * from dbmigrate_status"},
	{"pending", "select * from dbmigrate_pending"},
	{"pending", "select * from dbmigrate_plan()"},
	{"pending",
	 "select * from dbmigrate_lint('create table new (id integer primary key,"
	 " name text not null); insert into new select * from parent;"
	 " drop table parent; alter table new rename to parent;"
	 " create table n as select \"x\" as x from child;"
	 " create virtual table w using fts5 (x); select nosuch from w;"
	 " alter table child add column made default current_timestamp')"},
	{"pending", "select dbmigrate_apply()"},
	{"pending", "select dbmigrate_deploy()"},
	{"outside", "select dbmigrate_deploy()"},
	{"failing", "select dbmigrate_deploy(null, '{\"on_error\": \"report\"}')"},
	{"pending", "select dbmigrate_apply('1', '{\"dry_run\": true}')"},
	{"failing", "select dbmigrate_test()"},
	{"pending", "select dbmigrate_baseline('1')"},
	{"failing", "select dbmigrate_apply(null, '{\"on_error\": \"report\"}')"},
	{"applied", "select dbmigrate_rollback('1', '{\"on_error\": \"report\"}')"},
	{"applied", "select dbmigrate_rollback()"},
	{"applied", "select * from dbmigrate_history"},
	{"applied", "select dbmigrate_version()"},
	{"applied", "select * from dbmigrate_verify"},
	{"applied", "select dbmigrate_fingerprint()"},
	{"applied", "select dbmigrate_schema()"},
	{"applied", "select dbmigrate_snapshot()"},
	{"pending", "select dbmigrate_diff(dbmigrate_schema(), '{\"engine\":"
				" \"sqlite\", \"objects\": [{\"type\": \"table\","
				" \"name\": \"child\", \"definition\": \"strict\", \"details\":"
				" {\"sql\": \"create table child (id int, x text as (1),"
				" unique (id), check (child.id > 0)) strict\"}}]}')"},
	{"belonging", "select dbmigrate_rebuild('parent', 'create table parent"
				  " (id integer primary key autoincrement, name text not null,"
				  " title text, check (length(parent.name) > 0)) strict',"
				  " '{\"columns\": {\"title\": \"upper(name)\"}}')"},
	{"belonging", "select dbmigrate_rebuild('parent', 'create table parent"
				  " (id integer primary key autoincrement, name not null,"
				  " check (name <> ''b''))')"},
	{"spoiled", "select * from dbcheck_integrity"},
	{"spoiled", "select * from dbcheck_row('child', '{\"parent_id\": 7}')"},
	{"spoiled", "select dbcheck_rule_add('old', 'child', 'id > 2',"
				" '{\"repair_sql\": \"parent_id = null\"}')"},
	{"spoiled", "select dbcheck_rule_drop('young')"},
	{"spoiled", "select * from dbcheck_rules"},
	{"spoiled", "select * from dbcheck_run"},
	{"spoiled", repairing},
	{"repaired", "select * from dbcheck_quarantine"},
	{"repaired", "select dbcheck_undo(1)"},
	{"applied", "select * from dbcare_progress"},
	{"applied", "select dbhealth_ping()"},
	{"applied", "select dbhealth_report('{\"level\": \"full\", \"checks\":"
				" [\"orphaned_rows\", \"missing_fk_index\"]}')"},
	{"applied", "select * from dbhealth_checks('{\"categories\":"
				" [\"storage\"]}')"},
	{"applied", "select dbhealth_score('{\"checks\": [\"disk_free\"]}')"},
	{"applied", "select dbhealth_status('{\"checks\": [\"disk_free\"]}')"},
	{"applied", "select * from dbhealth_size"},
	{"applied", "select * from dbhealth_tables"},
	{"planted", "select * from dbcheck_constraints('planted')"},
	{"planted", "select * from dbcheck_orphans('planted', '{\"relations\":"
				" [{\"child\": \"planted.t\", \"parent\":"
				" \"planted.y\"}]}')"},
	{"planted", "select * from dbcheck_row('planted', '{\"p\": 0, \"k\": \"c\","
				" \"x\": 1, \"y\": 7, \"t\": \"[1]\", \"z\": null}')"},
	{"empty", "select dbcheck_json('{\"a\": [\"\\u0061b\", 1.50, 1.5]}',"
			  " '{\"$defs\": {\"x\": {\"pattern\": \"^(a|b)*$\"}},"
			  " \"additionalProperties\": {\"contains\": {\"$ref\":"
			  " \"#/$defs/x\"}, \"uniqueItems\": false}}'),"
			  " dbcheck_json('1', '{\"const\": 1}', '{\"format\": true}')"},
	{"empty", "select * from dbcheck_json_errors('{\"a\": 1}',"
			  " '{\"required\": [\"b\"], \"additionalProperties\": false}')"},
	{"empty", "select dbcheck_json('1', '{\"type\": 1}')"},
	{"large", "select * from dbhealth_advise('select day from large where"
			  " kind = ''kind 7'' order by day')"},
	{"sampled", "select dbhealth_suppress('disk_free', '*', 'why')"},
	{"wide", "select dbhealth_suppress('disk_free', '*', 'why')"},
	{"monitored", "select * from dbmonitor_slow_log"},
	{"monitored", "select * from dbhealth_advise"},
	{"kept", "delete from author where id = 2"},
	{"kept", "update logged set name = 'd', mail = 'o'"},
	{"kept", "select dbarchive_delete('author', 2, '{\"reason\": \"r\"}')"},
	{"kept", "select dbarchive_delete('customer', 1)"},
	{"kept", "select * from dbarchive_deleted"},
	{"kept", "select * from dbarchive_holds"},
	{"kept", "select dbarchive_restore('author', 1)"},
	{"kept", "select dbarchive_restore('customer', 2)"},
	{"kept", "select dbarchive_hold('author', 1, 'case')"},
	{"kept", "select dbarchive_purge('author', '{\"older_than_days\": 0}')"},
	{"kept", "select dbarchive_policy('visit', '{\"timestamp_column\":"
			 " \"made\", \"delete_after_days\": 1}')"},
	{"kept", "select * from dbarchive_policies"},
	{"kept", "select dbarchive_apply()"},
	{"kept", "select dbarchive_apply('{\"dry_run\": true}')"},
	{"kept", "select * from dbaudit_log"},
	{"kept", "select * from dbaudit_history('logged', 2)"},
	{"kept", "select * from dbaudit_verify"},
	{"kept", "select * from dbaudit_table_as_of('logged', '2100-01-01')"},
	{"kept", "select dbaudit_seal()"},
	{"kept", "select dbaudit_undo(3)"},
	{"kept", "select dbbackup_create()"},
	{"kept", "select dbbackup_create(null, '{\"compress\": true}')"},
	{"kept", "select * from dbbackup_list"},
	{"kept", "select dbbackup_cleanup()"},
	{"kept", "select dbbackup_schedule(null)"},
	{"backed", "select dbbackup_verify('old', json_object('level', 3,"
			   " 'directory', :directory || '/backups'))"},
	{"backed", "select dbbackup_restore('old', null, json_object('table',"
			   " 'book', 'on_conflict', 'overwrite', 'directory', :directory"
			   " || '/backups'))"},
	{"kept", "select * from dbbackup_status"},
	{"kept", "select dbaudit_erase('logged', 1, '[\"name\"]', 'asked')"},
	{"kept",
	 "select dbops_select('logged', '{\"filters\": {\"name\": {\"ilike\":"
	 " \"%a%\"}, \"id\": {\"in\": [1, 2, 3]}}, \"sort\": [\"-name\"],"
	 " \"limit\": 1, \"total\": true}')"},
	{"kept", "select dbinit_run('{\"name\": \"m\", \"migrations\": "
			 "[{\"version\": \"1\", \"up\": \"create table author (id integer, "
			 "x text); create table made (id integer primary key)\"}]}', "
			 "'{\"on_conflict\": \"keep\"}')"},
	{"kept",
	 "select dbinit_run('{\"name\": \"m\", \"migrations\": [{\"version\": "
	 "\"1\", \"up\": \"create table made (id integer primary key)\"}], "
	 "\"rules\": [{\"name\": \"r\", \"relation\": \"made\", \"expression\": "
	 "\"id > 0\"}], \"audit\": [{\"relation\": \"made\"}]}')"},
	{"kept", "select * from dbinit_validate('{\"name\": \"m\", "
			 "\"migrations\": [{\"version\": \"1\", \"up\": \"select 1\"}]}')"},
	{"kept",
	 "select dbinit_run('{\"name\": \"m\", \"seeds\": [{\"name\": \"s\", "
	 "\"relation\": \"author\", \"row_data\": [{\"id\": 9}]}], \"archive\": "
	 "[{\"relation\": \"author\"}], \"expect\": [{\"name\": \"e\", \"sql\": "
	 "\"select 0\"}]}')"},
	{"kept", "select dbinit_status()"},
	{"empty", "select * from dbinit_packs()"},
	{"kept", "select dbops_count('author')"},
	{"kept", "select dbops_insert('logged', '[{\"id\": 70, \"name\": \"x\"},"
			 " {\"id\": 70, \"name\": \"y\"}]', '{\"on_error\": \"report\"}')"},
	{"kept", "select dbops_upsert('logged', '{\"id\": 1, \"name\": \"x\"}',"
			 " '{\"returning\": [\"name\"]}')"},
	{"kept",
	 "select dbops_update('logged', '{\"name\": \"z\"}', '{\"id\": 2}')"},
	{"kept", "select dbops_delete('author', '{\"id\": {\"gte\": 2}}')"},
	{"kept", "select dbops_delete('customer', '{\"id\": 1}')"},
	{"kept",
	 "select dbops_execute('update logged set name = :n', '{\"n\": 1}')"},
	{"kept", "select * from dbsync_digest()"},
	{"empty", "select dbseed_password_verify('x', '$scrypt$ln=4,r=1,p=1$"
			  "c2FsdHNhbHQ$MDEyMzQ1Njc4OWFiY2RlZg')"},
	{"empty", "select dbseed_password_hash('x')"},
	{"seeded", "select dbseed_add('more', 'plan', '[{\"code\": \"r\"}]')"},
	{"seeded", "select dbseed_add('orgs', null, null, '{\"remove\": true}')"},
	{"seeded", "select dbseed_apply()"},
	{"seeded", "select dbseed_apply('{\"dry_run\": true, \"on_conflict\":"
			   " \"overwrite\"}')"},
	{"seeded", "select dbseed_apply('{\"on_conflict\": \"fail\"}')"},
	{"seeded", "select * from dbseed_status"},
	{"kept", "select * from dbsync_compare('rows.file')"},
	{"paired", "select dbarchive_delete('pair', '{\"a\": 1, \"b\": \"x\"}')"},
	{"paired", "select * from dbarchive_deleted"},
	{"paired", "select * from dbarchive_holds"},
	{"paired", "select dbarchive_release('pair', '{\"b\": \"y\", \"a\": 1}')"},
	{"paired", "select dbarchive_restore('pair', '{\"a\": 2, \"b\": \"x\"}')"},
	{"paired", "select dbarchive_apply()"},
	{"paired", "select dbarchive_export_rows('pair')"},
	{"paired",
	 "select * from dbaudit_history('pair', '{\"a\": 1, \"b\": \"x\"}')"},
	{"paired", "select dbaudit_undo(2)"},
	{"paired", "select * from dbaudit_table_as_of('pair', '2100-01-01')"},
	{"paired", "select dbaudit_erase('pair', '{\"a\": 1, \"b\": \"x\"}',"
			   " '[\"n\"]', 'asked')"},
	{"paired", "select dbcheck_repair('{\"dry_run\": false, \"orphans\":"
			   " \"quarantine\"}')"},
	{"paired", "select * from dbcheck_constraints"},
	{"paired",
	 "select * from dbcheck_row('part', '{\"pa\": 7, \"pb\": \"q\"}')"},
	{"paired", "select dbops_update('pair', '{\"c\": 4}', '{\"a\": 1}',"
			   " '{\"returning\": [\"n\", \"b\"]}')"},
	{"paired", "select dbops_upsert('pair', '{\"a\": 1, \"b\": \"x\", \"n\":"
			   " \"z\"}')"},
	{"paired", "select dbmigrate_rebuild('pair', 'create table pair (b text not"
			   " null, n text, a integer not null, c blob, made text, m text,"
			   " primary key (a, b))')"},
	{"paired", "select * from dbsync_digest('pair')"},
	{"paired", "select dbseed_apply()"},
	{"paired", "select dbmigrate_schema()"},
	{"paired", "select * from dbhealth_checks('{\"level\": \"full\","
			   " \"categories\": [\"keys\", \"schema\"]}')"},
};

/* Whether what a call has done before it fails stays. */
static bool
commits(const test_case *test)
{
	return strstr(test->call, "dbmigrate_deploy") != NULL ||
		   strstr(test->call, "dbarchive_purge") != NULL ||
		   strstr(test->call, "dbarchive_apply") != NULL ||
		   strstr(test->call, "dbbackup_restore") != NULL;
}

#define NCASES (sizeof(cases) / sizeof(cases[0]))

/* A directory with one migration, made by main(). */
static char directory[] = "/tmp/dbcare_fault_XXXXXX";

/* Runs SQL that must not fail. */
static void
must_run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		bail_out(sql, db);
}

/* Makes a backup of the database, in place of an old one. */
static void
back_up(sqlite3 *db)
{
	char sql[sizeof(directory) + 100];

	snprintf(sql, sizeof(sql), "rm -rf %s/backups", directory);
	if (system(sql) != 0)
		bail_out("cannot remove backups", NULL);
	snprintf(sql, sizeof(sql),
			 "select dbbackup_create('old', '{\"verify\": 0, \"directory\":"
			 " \"%s/backups\"}')",
			 directory);
	must_run(db, sql);
}

/* Whether a setup needs a file. */
static bool
needs_file(const char *setup)
{
	return strcmp(setup, "backed") == 0 || strcmp(setup, "outside") == 0 ||
		   strcmp(setup, "sampled") == 0 || strcmp(setup, "wide") == 0;
}

/* Runs the SQL of a setup. */
static void
run_setup(sqlite3 *db, const char *setup)
{
	if (strcmp(setup, "backed") == 0)
	{
		must_run(db, kept);
		back_up(db);
		must_run(db, changed);
	}
	else if (strcmp(setup, "outside") == 0)
		must_run(db, outside);
	else if (strcmp(setup, "planted") == 0)
		must_run(db, planted);
	else if (strcmp(setup, "belonging") == 0)
		must_run(db, belonging);
	else if (strcmp(setup, "large") == 0)
		must_run(db, large);
	else if (strcmp(setup, "monitored") == 0)
		must_run(db, monitored);
	else if (strcmp(setup, "sampled") == 0)
		must_run(db, sampled);
	else if (strcmp(setup, "wide") == 0)
	{
		must_run(db, wide);
		must_run(db, sampled);
	}
	else if (strcmp(setup, "paired") == 0)
		must_run(db, paired);
	else if (strcmp(setup, "seeded") == 0)
		must_run(db, seeded);
	else if (strcmp(setup, "kept") == 0)
		must_run(db, kept);
	else if (strcmp(setup, "empty") != 0)
		must_run(db, pending);
	if (strcmp(setup, "applied") == 0 || strcmp(setup, "spoiled") == 0 ||
		strcmp(setup, "repaired") == 0)
		must_run(db, "select dbmigrate_apply();");
	if (strcmp(setup, "spoiled") == 0 || strcmp(setup, "repaired") == 0)
		must_run(db, spoiled);
	if (strcmp(setup, "repaired") == 0)
		must_run(db, repairing);
	if (strcmp(setup, "failing") == 0)
		must_run(db, failing);
}

/* A database with its setup, to be copied: that is faster. */
typedef struct image
{
	const char *setup;
	unsigned char *bytes; /* not SQLite's memory, which must be all freed */
	sqlite3_int64 length;
} image;

/* The image of a setup; NULL if the connection has a part of it. */
static image *
find_image(const char *setup)
{
	static image images[32];
	int i = 0;

	if (needs_file(setup) || strcmp(setup, "belonging") == 0 ||
		strcmp(setup, "monitored") == 0)
		return NULL;
	while (images[i].setup && strcmp(images[i].setup, setup) != 0)
		i++;
	images[i].setup = setup;
	return &images[i];
}

/* Stores a database as an image. */
static void
take_image(sqlite3 *db, image *taken)
{
	unsigned char *bytes = sqlite3_serialize(db, "main", &taken->length, 0);

	if (!bytes)
		return; /* it is empty */
	taken->bytes = malloc((size_t) taken->length);
	memcpy(taken->bytes, bytes, (size_t) taken->length);
	sqlite3_free(bytes);
}

/* Copies an image into an empty database. */
static void
put_image(sqlite3 *db, const image *taken)
{
	sqlite3_backup *copy = NULL;
	sqlite3 *from = NULL;

	if (sqlite3_open(":memory:", &from) == SQLITE_OK &&
		sqlite3_deserialize(from, "main", taken->bytes, taken->length,
							taken->length,
							SQLITE_DESERIALIZE_READONLY) == SQLITE_OK)
		copy = sqlite3_backup_init(db, "main", from, "main");
	if (!copy || sqlite3_backup_step(copy, -1) != SQLITE_DONE)
		bail_out("cannot copy a database", db);
	sqlite3_backup_finish(copy);
	sqlite3_close(from);
}

/* Opens a database with the setup of a case, in memory if that will do. */
static sqlite3 *
open_database(const char *setup)
{
	char path[sizeof(directory) + 20];
	char samples[sizeof(path) + 20];
	image *ready = find_image(setup);
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/test.db", directory);
	unlink(path);
	snprintf(samples, sizeof(samples), "%s-samples", path);
	unlink(samples);
	if (sqlite3_open(needs_file(setup) ? path : ":memory:", &db) != SQLITE_OK ||
		sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK)
		bail_out("cannot open a database", db);
	if (ready && ready->bytes)
		put_image(db, ready);
	must_run(db, empty);
	if (ready && ready->bytes)
		return db;
	run_setup(db, setup);
	if (ready)
		take_image(db, ready);
	return db;
}

/* Runs a call to its end. */
static inline int
run_call(sqlite3 *db, const char *call)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, call, -1, &statement, NULL);
	int index;

	if (code != SQLITE_OK)
		return code;
	index = sqlite3_bind_parameter_index(statement, ":directory");
	if (index > 0)
		sqlite3_bind_text(statement, index, directory, -1, SQLITE_STATIC);
	while (sqlite3_step(statement) == SQLITE_ROW)
		;
	return sqlite3_finalize(statement);
}

/* Makes the directory that one of the calls reads. */
static void
make_directory(void)
{
	char path[sizeof(directory) + 20];
	FILE *file;

	if (!mkdtemp(directory))
		bail_out("cannot make a directory", NULL);
	snprintf(path, sizeof(path), "%s/1_a.sql", directory);
	file = fopen(path, "w");
	if (!file || fputs("create table a (x);\n", file) < 0 || fclose(file) != 0)
		bail_out("cannot write a file", NULL);
}

/* Removes it. */
static void
remove_directory(void)
{
	char command[sizeof(directory) + 20];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	if (system(command) != 0)
		bail_out("cannot remove the directory", NULL);
}
