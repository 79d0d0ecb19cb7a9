/*
 * offline.c
 *	  Calls without a database.
 */
#include "wire/lint/lint.h"

#include <signal.h>

#include "common/core/event.h"
#include "common/core/seam.h"
#include "common/core/tables.h"
#include "common/core/text.h"
#include "common/lint/host.h"
#include "wire/core/rooms.h"

/* Absent if the command is built without the parser; see the Makefile. */
extern const dbc_lint_host dbcw_offline_lint_host __attribute__((weak));
extern const char *dbcw_quote_name(dbc_host *host, const char *name)
	__attribute__((weak));

bool
dbcw_lint_has_parser(void)
{
	return &dbcw_offline_lint_host != NULL;
}

static volatile sig_atomic_t cancelled;

/* No table has rows, nor is it there. */
static const dbc_rows *
find_nothing(dbc_host *host, const dbc_sql *sql, const dbc_value *args,
			 int nargs)
{
	dbc_rows *rows = dbc_alloc(host, sizeof(*rows));

	(void) args;
	(void) nargs;
	rows->ncols = sql->ncolumns;
	return rows;
}

/* There is nothing to roll back. */
static bool
guard(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
	  dbc_guard_mode mode, bool read_only, dbc_error *error)
{
	dbcw_host *h = dbcw_of(host);

	(void) mode;
	(void) read_only;
	if (dbcw_try(h, fn, arg))
		return true;
	if (h->passes || cancelled)
		dbcw_rethrow(h);
	*error = h->error;
	return false;
}

void
dbcw_lint_cancel_offline(void)
{
	cancelled = 1;
}

static void
poll(dbc_host *host)
{
	if (cancelled)
		dbc_fail(host, "57014", NULL, NULL, "cancelled");
}

static const char *
setting(dbc_host *host, const char *name)
{
	(void) host;
	(void) name;
	return NULL;
}

static void
run_call(dbc_host *host, void *arg)
{
	const char *const *args = arg;
	const dbc_field *fields = host->function->args;
	dbc_value *values;
	int count = 0;

	while (fields[count].type != DBC_T_END)
		count++;
	values = dbc_alloc(host, ((size_t) count + 1) * sizeof(*values));
	for (int i = 0; i < count; i++)
		values[i] = dbc_text(args[i]);
	host->args = values;
	dbc_call_function(host);
}

bool
dbcw_lint_call_offline(dbcw_host *h, dbcw_connection *none,
					   const dbc_function *fn, const char *const *args)
{
	dbc_host *host = &h->base;
	const dbc_seam *whole;
	dbc_seam seam;
	bool done;

	dbcw_open(h, none, fn);
	host->rooms.lint = &dbcw_offline_lint_host;
	host->tables_version = DBC_NO_TABLES;
	whole = host->seam;
	seam = *whole;
	seam.query = find_nothing;
	seam.guard = guard;
	seam.poll = poll;
	seam.setting = setting;
	seam.quote = dbcw_quote_name;
	host->seam = &seam;
	done = dbcw_try(h, run_call, (void *) args);
	/* the host lasts until its result is read */
	host->seam = whole;
	return done;
}
