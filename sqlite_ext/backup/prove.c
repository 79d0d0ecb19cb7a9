/*
 * prove.c
 *	  Whether a copy is a sound database.
 *
 * It is opened read-only as a file that nobody changes, so that nothing appears
 * beside it, and its schema is not trusted.
 */
#include "sqlite_ext/backup/backup.h"

#include <string.h>

#include "common/backup/host.h"
#include "common/core/text.h"

/* Operations of SQLite between two looks for an interrupt. */
#define OPERATIONS 100000

typedef struct proving
{
	dbcsl_host *h;
	dbc_backup_work *work;
	bool interrupted;
	dbc_backup_proof proof;
	dbcsl_backup_connections open;
} proving;

/* The text of a problem without the line that names the database. */
static const char *
plain(const char *text)
{
	const char *line = text ? strchr(text, '\n') : NULL;

	if (line && strncmp(text, "***", 3) == 0)
		return line + 1;
	return text ? text : "";
}

/* Runs a pragma that returns problems; the first one, or NULL. */
static const char *
first_problem(dbcsl_host *h, proving *p, const char *what, const char *pragma,
			  const char *good)
{
	sqlite3 *db = p->open.target;
	const char *problem = NULL;
	int code = sqlite3_prepare_v2(db, pragma, -1, &p->open.statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(p->open.statement);
	if (code == SQLITE_ROW)
	{
		const char *text =
			(const char *) sqlite3_column_text(p->open.statement, 0);

		if (!good || !text || !dbc_same(text, good))
			problem = dbcsl_printf(h, "%s: %s", what, plain(text));
	}
	else if (code != SQLITE_DONE)
	{
		code &= 0xff;
		if (code == SQLITE_NOMEM)
			dbcsl_fail_memory(h);
		problem = dbcsl_printf(h, "%s: %s", what, sqlite3_errmsg(db));
		/* functions and collations of the application are missing here */
		if (code == SQLITE_ERROR)
		{
			p->proof.unknown = problem;
			problem = NULL;
		}
	}
	sqlite3_finalize(p->open.statement);
	p->open.statement = NULL;
	if (p->interrupted)
		dbcsl_rethrow(h);
	return problem;
}

static void
poll(dbc_host *host, void *arg)
{
	(void) arg;
	dbc_poll(host);
}

/* Ends a statement of the copy when the call is interrupted. */
static int
look_for_interrupt(void *arg)
{
	proving *p = arg;

	p->interrupted = p->interrupted || !dbcsl_try(p->h, poll, NULL);
	return p->interrupted;
}

static void
prove(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	proving *p = arg;
	const char *uri = dbcsl_backup_uri(
		h, dbc_format(host, "%s/" DBC_BACKUP_DATABASE, p->work->path));

	dbcsl_backup_open_foreign(h, uri, SQLITE_OPEN_READONLY, &p->open.target);
	sqlite3_progress_handler(p->open.target, OPERATIONS, look_for_interrupt, p);
	dbc_progress(host, "checking integrity", 0, 2);
	p->proof.problem = first_problem(h, p, "integrity check",
									 "pragma integrity_check(1)", "ok");
	if (p->proof.problem)
		return;
	dbc_progress(host, "checking foreign keys", 1, 2);
	p->proof.problem = first_problem(h, p, "rows without a parent in table",
									 "pragma foreign_key_check", NULL);
}

dbc_backup_proof
dbcsl_backup_prove(dbc_host *host, dbc_backup_work *work, int level)
{
	dbcsl_host *h = dbcsl_of(host);
	proving p = {.h = h, .work = work};
	bool done;

	if (level < 3)
		return p.proof;
	done = dbcsl_try(h, prove, &p);
	dbcsl_backup_close(&p.open);
	if (!done)
		dbcsl_rethrow(h);
	return p.proof;
}
