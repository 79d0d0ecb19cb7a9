/*
 * fuzz.c
 *	  Fuzz targets: every reader of text that comes from outside, called through
 *	  the SQL functions of the SQLite library as anyone calls them.
 *
 * A target is a statement with the input as ?1.  A statement with ?2 gets the
 * input split at its first 0x01.  A target of files writes them, and has their
 * directory as ?1 of each statement.  Every call finds the same small database.
 * Errors are expected; crashes, leaks and open transactions are not.
 *
 * Linked to libFuzzer, FUZZ_TARGET names the target.  Linked with -DREPLAY,
 * the program runs the files that are given: replay TARGET FILE ...
 */
#include <sqlite3.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/sql_normal.h"
#include "test/fuzz/files.h"

extern int sqlite3_dbcare_init(sqlite3 *db, char **error, const void *api);

/* A file of a format, which dbmigrate_load() shall read. */
#define FILE_OF(format, file)                  \
	"select dbmigrate_load(json_object('" file \
	"', ?1), '{\"format\": \"" format "\"}')"

/* A schema document with one object that the input defines. */
#define SCHEMA(type, definition)                                         \
	"json_object('engine', 'sqlite', 'objects', json_array(json_object(" \
	"'type', '" type "', 'name', 't', 'parent', null, 'position', 1, "   \
	"'definition', " definition ")))"

static const struct
{
	const char *name;
	const char *sql; /* NULL: the normaliser, which needs no call */
} targets[] = {
	{"normal", NULL},
	{"json", "select dbcheck_json(?1, 'true')"},
	{"json_schema",
	 "select count(*) from dbcheck_json_errors(?2, ?1, '{\"format\": true}')"},
	{"options", "select count(*) from dbcheck_constraints(null, ?1)"},
	{"lint", "select count(*) from dbmigrate_lint(?1)"},
	{"split", "select dbmigrate_add('1', 'n', ?1, ?2)"},
	{"script", "select dbmigrate_test(null, '{}') from "
			   "(select dbmigrate_add('1', 'n', ?1))"},
	{"rebuild", "select dbmigrate_rebuild('t', ?1)"},
	{"row", "select count(*) from dbcheck_row('t', ?1)"},
	{"rule", "select dbcheck_rule_add('r', 't', ?1)"},
	{"backfill", "select dbmigrate_backfill('b', ?1)"},
	{"document", "select dbmigrate_diff(?1, ?2)"},
	{"ddl_table", "select dbmigrate_diff(" SCHEMA("table", "?1") ", " SCHEMA(
					  "table", "?2") ")"},
	{"ddl_index", "select dbmigrate_diff(" SCHEMA("index", "?1") ", " SCHEMA(
					  "index", "?2") ")"},
	{"ddl_trigger", "select dbmigrate_diff(" SCHEMA(
						"trigger", "?1") ", " SCHEMA("trigger", "?2") ")"},
	{"dbmate", FILE_OF("dbmate", "20240101000000_n.sql")},
	{"diesel", FILE_OF("diesel", "2024-01-01-000000_n/up.sql")},
	{"flyway", FILE_OF("flyway", "V1__n.sql")},
	{"golang_migrate", FILE_OF("golang-migrate", "1_n.up.sql")},
	{"goose", FILE_OF("goose", "20240101000000_n.sql")},
	{"graphile", FILE_OF("graphile-migrate", "committed/000001-n.sql")},
	{"liquibase", FILE_OF("liquibase", "changes.sql")},
	{"node_pg", FILE_OF("node-pg-migrate", "1700000000000_n.sql")},
	{"plain", FILE_OF("plain", "1_n.sql")},
	{"refinery", FILE_OF("refinery", "V1__n.sql")},
	{"sql_migrate", FILE_OF("sql-migrate", "1_n.sql")},
	{"sqitch", "select dbmigrate_load(json_object('sqitch.plan', ?1, "
			   "'deploy/a.sql', 'select 1', 'deploy/a@v1.sql', ''))"},
	{"sqlx", FILE_OF("sqlx", "1_n.sql")},
	{"tern", FILE_OF("tern", "1_n.sql")},
	{"mybatis", FILE_OF("mybatis", "1_n.sql")},
	{"play", FILE_OF("play", "1.sql")},
	{"yoyo", FILE_OF("yoyo", "1.n.sql")},
	{"prisma", FILE_OF("prisma", "1_n/migration.sql")},
	{"drizzle", "select dbmigrate_load(json_object('meta/_journal.json', ?1, "
				"'a.sql', 'select 1', '0000_b.sql', ''))"},
	/* never the name of a directory */
	{"files", "select dbmigrate_load('{' || ?1)"},
};

/* All that reads a backup. */
#define READ_BACKUP                                                       \
	"select (select count(*) from dbbackup_list(json_object('directory'," \
	" ?1))), (select count(*) from dbbackup_plan('b', 'restored.db',"     \
	" json_object('directory', ?1))), dbbackup_verify('b',"               \
	" json_object('directory', ?1, 'level', 3))"

/* All that reads a file of rows. */
#define READ_ROWS                                               \
	"select count(*) from dbsync_compare(?1 || '/rows');"       \
	"select dbsync_import(?1 || '/rows', '{\"dry_run\": true, " \
	"\"on_conflict\": \"skip\"}');"                             \
	"select dbsync_import(?1 || '/rows');"                      \
	"select dbsync_import(?1 || '/rows', '{\"on_conflict\": \"overwrite\"}');"

static const struct
{
	const char *name;
	const char *sql;
	void (*write)(const uint8_t *data, size_t size);
} file_targets[] = {
	{"backup_chunks", READ_BACKUP, fuzz_backup_chunks},
	{"backup_manifest", READ_BACKUP, fuzz_backup_manifest},
	{"backup_stream", READ_BACKUP, fuzz_backup_stream},
	{"backup_verified", READ_BACKUP, fuzz_backup_verified},
	{"sync_index", READ_ROWS, fuzz_sync_index},
	{"sync_parts", READ_ROWS, fuzz_sync_parts},
	{"sync_rows", READ_ROWS, fuzz_sync_rows},
};

static const char *statement;
static void (*write_files)(const uint8_t *data, size_t size);
static sqlite3 *db;
static sqlite3 *original; /* what every call finds */

/* Ends the program because of what is no finding. */
static void
give_up(const char *what)
{
	fprintf(stderr, "fuzz: %s\n", what);
	exit(2);
}

/* Makes the database that calls find: one table with rows and an index. */
static void
open_database(void)
{
	if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
		sqlite3_open(":memory:", &original) != SQLITE_OK ||
		sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK ||
		sqlite3_exec(original,
					 "create table t (id integer primary key, a text not null "
					 "default 'x', b real check (b > 0));"
					 "create index t_a on t (a);"
					 "insert into t values (1, 'one', 1.5), (2, 'two', null);",
					 NULL, NULL, NULL) != SQLITE_OK)
		give_up("cannot make the database");
}

/* Makes the database what it was at first. */
static void
restore(void)
{
	sqlite3_backup *copy = sqlite3_backup_init(db, "main", original, "main");

	if (!copy || sqlite3_backup_step(copy, -1) != SQLITE_DONE ||
		sqlite3_backup_finish(copy) != SQLITE_OK)
		give_up(sqlite3_errmsg(db));
}

/* Chooses the target of a name. */
static void
choose(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (name && strcmp(targets[i].name, name) == 0)
		{
			statement = targets[i].sql;
			open_database();
			return;
		}
	for (i = 0; i < sizeof(file_targets) / sizeof(file_targets[0]); i++)
		if (name && strcmp(file_targets[i].name, name) == 0)
		{
			statement = file_targets[i].sql;
			write_files = file_targets[i].write;
			open_database();
			return;
		}
	fprintf(stderr, "fuzz: no target \"%s\"; there are", name ? name : "");
	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		fprintf(stderr, " %s", targets[i].name);
	for (i = 0; i < sizeof(file_targets) / sizeof(file_targets[0]); i++)
		fprintf(stderr, " %s", file_targets[i].name);
	give_up("");
}

/* Binds a part of the input; a copy, so that reading past its end is seen. */
static void
bind(sqlite3_stmt *call, int place, const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);

	if (!copy)
		give_up("out of memory");
	memcpy(copy, data, size);
	copy[size] = '\0';
	sqlite3_bind_text(call, place, copy, (int) size, free);
}

/* Calls a statement with an input; returns what follows it. */
static const char *
call_one(const char *sql, const uint8_t *data, size_t size)
{
	const uint8_t *cut = memchr(data, 1, size);
	const char *rest;
	sqlite3_stmt *call;
	size_t first = size;

	if (sqlite3_prepare_v2(db, sql, -1, &call, &rest) != SQLITE_OK)
		give_up(sqlite3_errmsg(db));
	if (sqlite3_bind_parameter_count(call) == 2)
	{
		first = cut ? (size_t) (cut - data) : size;
		bind(call, 2, cut ? cut + 1 : data, cut ? size - first - 1 : 0);
	}
	bind(call, 1, data, first);
	while (sqlite3_step(call) == SQLITE_ROW)
		;
	sqlite3_finalize(call);
	if (!sqlite3_get_autocommit(db))
	{
		fprintf(stderr, "fuzz: a transaction is left open\n");
		abort();
	}
	return rest;
}

/* Calls the target's statements with an input. */
static void
call_statements(const uint8_t *data, size_t size)
{
	const char *sql = statement;

	restore();
	if (write_files)
	{
		write_files(data, size);
		data = (const uint8_t *) fuzz_directory();
		size = strlen(fuzz_directory());
	}
	while (*sql)
		sql = call_one(sql, data, size);
}

/* Runs the target on an input. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static dbc_normalised_sql normal;
	char *text;

	if (statement)
	{
		call_statements(data, size);
		return 0;
	}
	text = malloc(size + 1);
	if (!text)
		give_up("out of memory");
	memcpy(text, data, size);
	text[size] = '\0';
	dbc_normalise_sql(text, DBC_ON_SQLITE, &normal);
	dbc_normalise_sql(text, DBC_ON_POSTGRESQL, &normal);
	free(text);
	return 0;
}

#ifdef REPLAY

/* Runs the target on a file. */
static void
replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	static uint8_t data[1 << 20];
	size_t size;

	if (!file)
		give_up(path);
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
}

int
main(int argc, char **argv)
{
	int i;

	choose(argv[1]);
	for (i = 2; i < argc; i++)
		replay(argv[i]);
	sqlite3_close(db);
	sqlite3_close(original);
	return 0;
}

#else

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void) argc;
	(void) argv;
	choose(getenv("FUZZ_TARGET"));
	return 0;
}

#endif
