/*
 * unlocked.c
 *	  A sample that reads the database without locks, while its schema changes:
 *	  files opened as immutable show another schema cookie at each read of the
 *	  header.  Built with the address sanitizer; prints TAP.
 */
#include "test/fault/core/tap.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define HEADER 100
#define COOKIE 43 /* last byte of the schema cookie */

/* Not longer than this, in tenths of a second. */
#define PATIENCE 100

static sqlite3_vfs *real;
static const sqlite3_io_methods *real_methods; /* of immutable files */
static sqlite3_io_methods methods;
static atomic_bool changing;
static atomic_int reads;

static int
read_changing(sqlite3_file *file, void *to, int amount, sqlite3_int64 offset)
{
	int code = real_methods->xRead(file, to, amount, offset);

	if (code == SQLITE_OK && changing && offset == 0 && amount == HEADER)
		((unsigned char *) to)[COOKIE] = (unsigned char) ++reads;
	return code;
}

static int
open_changing(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
			  int *given)
{
	int code = real->xOpen(vfs, name, file, flags, given);

	if (code == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) &&
		sqlite3_uri_boolean(name, "immutable", 0))
	{
		real_methods = file->pMethods;
		methods = *real_methods;
		methods.xRead = read_changing;
		file->pMethods = &methods;
	}
	return code;
}

/* Runs a query until its first value is the expected one; false if that takes
 * too long. */
static bool
becomes(sqlite3 *db, const char *query, const char *expected)
{
	for (int i = 0; i < PATIENCE; i++)
	{
		sqlite3_stmt *statement;
		const char *text;
		bool same;

		if (sqlite3_prepare_v2(db, query, -1, &statement, NULL) != SQLITE_OK ||
			sqlite3_step(statement) != SQLITE_ROW)
			bail_out(query, db);
		text = (const char *) sqlite3_column_text(statement, 0);
		same = text && strcmp(text, expected) == 0;
		sqlite3_finalize(statement);
		if (same)
			return true;
		sqlite3_sleep(100);
	}
	return false;
}

int
main(void)
{
	char directory[] = "/tmp/dbcare_unlocked_XXXXXX";
	char path[80];
	char samples[80];
	sqlite3_vfs vfs;
	sqlite3 *db;

	real = sqlite3_vfs_find(NULL);
	vfs = *real;
	vfs.zName = "changing";
	vfs.xOpen = open_changing;
	if (!mkdtemp(directory) || sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		bail_out("cannot begin", NULL);
	snprintf(path, sizeof(path), "%s/shop.db", directory);
	snprintf(samples, sizeof(samples), "%s/shop.db-samples", directory);
	changing = true;
	if (sqlite3_open(path, &db) != SQLITE_OK ||
		sqlite3_dbcare_init(db, NULL, NULL) != SQLITE_OK ||
		sqlite3_exec(db,
					 "create table item (id);"
					 "select dbmonitor_start(0.1)",
					 NULL, NULL, NULL) != SQLITE_OK)
		bail_out("cannot begin", db);
	ok(becomes(db,
			   "select dbmonitor_status() ->> 'problem' like '%the schema was"
			   " changed while the sample was taken%'",
			   "1"),
	   "a sample fails if the schema changes meanwhile");
	ok(becomes(db, "select dbmonitor_status() ->> 'samples'", "0"),
	   "and nothing of it is stored");
	changing = false;
	ok(becomes(db, "select dbmonitor_status() ->> 'samples' > 1", "1"),
	   "it is taken again");
	ok(becomes(db, "select dbmonitor_status() ->> 'problem' is null", "1"),
	   "and the problem is over");
	ok(reads > 1, "files were read without locks");
	sqlite3_close(db);
	unlink(samples);
	unlink(path);
	rmdir(directory);
	return finish();
}
