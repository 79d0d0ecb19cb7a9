/*
 * prove.c
 *	  Whether a copy is a sound database.
 *
 * It is opened read-only as a file that no process changes, so that nothing
 * appears beside it, and its schema is not trusted.
 */
#include "sqlite_ext/backup/backup.h"

#include <stdlib.h>
#include <string.h>

#include "common/backup/verify.h"
#include "common/core/text.h"

typedef struct proving
{
	dbc_backup_work *work;
	dbcsl_backup_watch watch;
	int level;
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
		/* functions and collations of the application are missing here */
		if (code == SQLITE_ERROR)
			p->proof.unknown =
				dbcsl_printf(h,
							 "not every table can be checked outside the "
							 "application: %s",
							 sqlite3_errmsg(db));
		else
			problem = dbcsl_printf(h, "%s: %s", what, sqlite3_errmsg(db));
	}
	sqlite3_finalize(p->open.statement);
	p->open.statement = NULL;
	dbcsl_backup_end_watch(&p->watch);
	return problem;
}

/* A test that reads the database, or one table of it. */
typedef struct test
{
	const char *what;
	const char *pragma;
	const char
		*good; /* what the pragma returns for a sound database, or NULL */
} test;

/* The names of all tables with pages. */
static const char **
list_names(dbcsl_host *h, proving *p, int *count)
{
	const char *number =
		dbcsl_backup_ask(h, p->open.target, &p->open.statement,
						 "select count(*) from sqlite_schema "
						 "where type = 'table' and rootpage > 0");
	int most = atoi(number);
	const char **names =
		dbc_alloc(&h->base, ((size_t) most + 1) * sizeof(*names));
	int code = sqlite3_prepare_v2(p->open.target,
								  "select name from sqlite_schema where type = "
								  "'table' and rootpage > 0 order by name",
								  -1, &p->open.statement, NULL);

	*count = 0;
	while (code == SQLITE_OK && *count < most &&
		   sqlite3_step(p->open.statement) == SQLITE_ROW)
		names[(*count)++] =
			dbcsl_printf(h, "%s", sqlite3_column_text(p->open.statement, 0));
	sqlite3_finalize(p->open.statement);
	p->open.statement = NULL;
	return names;
}

/* Runs a test.  A collation or function that only the application has makes
 * SQLite refuse it for the whole database, and damage of other tables would be
 * missed: then each table is tested by itself. */
static const char *
find_problem(dbcsl_host *h, proving *p, const test *t)
{
	const char *before = p->proof.unknown;
	const char *problem;
	const char **names;
	int count;

	p->proof.unknown = NULL;
	problem = first_problem(h, p, t->what, t->pragma, t->good);
	if (problem || !p->proof.unknown)
	{
		p->proof.unknown = before;
		return problem;
	}
	if (!before)
		before = p->proof.unknown;
	names = list_names(h, p, &count);
	for (int i = 0; i < count && !problem; i++)
		problem = first_problem(
			h, p, t->what, dbcsl_printf(h, "%s(\"%w\")", t->pragma, names[i]),
			t->good);
	p->proof.unknown = before;
	return problem;
}

/* What has become of a table, or NULL. */
static const char *
compare_table(dbc_host *host, const dbc_backup_table *was,
			  const dbc_backup_table *is)
{
	if (was->rows == is->rows)
		return NULL;
	return dbc_format(host, "table %s has %s instead of %lld", was->name,
					  dbc_count_text(host, is->rows, "row"),
					  (long long) was->rows);
}

/* Compares the contents with those of the manifest; both are sorted. */
static const char *
compare_contents(dbc_host *host, const dbc_backup *was, const dbc_backup *is)
{
	const char *problem = NULL;

	if (!was->schema_digest || !dbc_same(was->schema_digest, is->schema_digest))
		return "it has another schema than its manifest says";
	if (was->ntables != is->ntables)
		return dbc_format(host, "it has %s instead of %d",
						  dbc_count_text(host, is->ntables, "table"),
						  was->ntables);
	for (int i = 0; i < was->ntables && !problem; i++)
		problem =
			dbc_same(was->tables[i].name, is->tables[i].name)
				? compare_table(host, &was->tables[i], &is->tables[i])
				: dbc_format(host, "table %s is missing", was->tables[i].name);
	if (!problem && !dbc_same(was->audit_root ? was->audit_root : "",
							  is->audit_root ? is->audit_root : ""))
		problem = "the last seal of its log of changes is not that of its "
				  "manifest";
	return problem;
}

static void
prove(dbc_host *host, void *arg)
{
	dbcsl_host *h = dbcsl_of(host);
	proving *p = arg;
	static const test quick = {"integrity check", "pragma quick_check", "ok"};
	static const test integrity = {"integrity check", "pragma integrity_check",
								   "ok"};
	static const test parents = {"rows without a parent in table",
								 "pragma foreign_key_check", NULL};
	dbc_backup contents = {0};

	dbcsl_backup_open(h, p->work, &p->open.target);
	dbcsl_backup_begin_watch(&p->watch, p->open.target);
	dbc_progress(host, "checking integrity", 0, 3);
	p->proof.problem = find_problem(
		h, p, p->level < DBC_BACKUP_BEST_LEVEL ? &quick : &integrity);
	if (p->proof.problem || p->level < DBC_BACKUP_BEST_LEVEL)
		return;
	dbc_progress(host, "checking foreign keys", 1, 3);
	p->proof.problem = find_problem(h, p, &parents);
	if (p->proof.problem || p->work->fresh)
		return;
	dbc_progress(host, "counting rows", 2, 3);
	dbcsl_backup_read_contents(h, &p->open, &contents);
	p->proof.problem = compare_contents(host, p->work->backup, &contents);
}

dbc_backup_proof
dbcsl_backup_prove(dbc_host *host, dbc_backup_work *work, int level)
{
	dbcsl_host *h = dbcsl_of(host);
	proving p = {.work = work, .watch = {.h = h}, .level = level};
	bool done;

	if (level < 2)
		return p.proof;
	done = dbcsl_try(h, prove, &p);
	dbcsl_backup_close(&p.open);
	if (!done)
		dbcsl_rethrow(h);
	return p.proof;
}
