/*
 * export.c
 *	  Rows of a query one by one, and files; see common/archive/host.h.
 */
#include "sqlite_ext/call/relation.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/value.h"
#include "sqlite_ext/trust/prepare.h"

#include <sys/stat.h>

#include "posix/archive/file.h"

/* Rows between two looks for an interrupt. */
#define ROWS 100

typedef struct reading
{
	void (*row)(dbc_host *, void *, const dbc_value *);
	void *arg;
	bool over;
} reading;

/* Reads the next rows. */
static void
read_batch(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	reading *r = arg;
	int ncolumns = sqlite3_column_count(h->uncached);
	dbc_value *values = dbc_alloc(host, (size_t) ncolumns * sizeof(*values));

	for (int i = 0; i < ROWS && !r->over; i++)
	{
		int code = sqlite3_step(h->uncached);

		r->over = code == SQLITE_DONE;
		if (code != SQLITE_ROW && code != SQLITE_DONE)
			dbcsl_fail_engine(h, code);
		for (int col = 0; col < ncolumns && !r->over; col++)
			values[col] = dbcsl_column_value(h, h->uncached, col);
		if (!r->over)
			r->row(host, r->arg, values);
	}
}

static void
read_rows(dbc_host *host, const char *query, bool is_own,
		  void (*row)(dbc_host *, void *, const dbc_value *), void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	reading r = {.row = row, .arg = arg};

	(void) is_own;
	dbcsl_prepare(h, query);
	if (!sqlite3_stmt_readonly(h->uncached))
		dbc_fail(host, DBCSL_READ_ONLY, NULL, NULL,
				 "the query is not read-only");
	while (!r.over)
	{
		dbc_scoped(host, read_batch, &r);
		dbc_poll(host);
	}
	dbcsl_finalize_statement(h);
}

/* Fails if a path leads to the database. */
static void
check_database(dbcsl_host *h, const char *path)
{
	const char *database = sqlite3_db_filename(h->db, "main");
	struct stat left, right;

	if (database && stat(database, &left) == 0 && stat(path, &right) == 0 &&
		left.st_dev == right.st_dev && left.st_ino == right.st_ino)
		dbc_fail(&h->base, DBC_INVALID_PARAMETER, NULL, NULL,
				 "\"%s\" is the database", path);
}

static void
create_file(dbc_host *host, const char *path, bool overwrite,
			void (*write)(dbc_host *, void *, dbc_archive_file *), void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	dbc_posix_creation c = {.file = {.path = path, .name = path},
							.overwrite = overwrite,
							.write = write,
							.arg = arg};
	bool done;

	check_database(h, path);
	dbc_posix_begin_file(host, &c);
	done = dbcsl_try(h, dbc_posix_write_file, &c);
	dbc_posix_end_file(&c, done);
	if (!done)
		dbcsl_rethrow(h);
}

/* There is no row security. */
static bool
hides(dbc_host *host, const char *table, const char *query)
{
	(void) host;
	(void) table;
	(void) query;
	return false;
}

const dbc_archive_host dbcsl_archive_host = {
	.read = read_rows,
	.create_file = create_file,
	.append = dbc_posix_append,
	.hides = hides,
	.split_name = dbcsl_split_name,
};
