/*
 * guard.c
 *	  Catching errors, and closing what the failed part of a call had open.
 */
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/core/statement.h"

#include <unistd.h>

/* Closes the resources of the failed part of a call. */
void
dbcsl_close_failed(dbcsl_host *h)
{
	dbcsl_finalize_statement(h);
	sqlite3_finalize(h->tried);
	h->tried = NULL;
	DBCSL_CALL_HOOKS(fail, h);
	if (h->in_samples)
	{
		h->in_samples = false;
		h->base.tables_version = 0;
	}
	dbcsl_reset_statements(h);
	if (h->directory)
		closedir(h->directory);
	h->directory = NULL;
	if (h->file >= 0)
		close(h->file);
	h->file = -1;
}

bool
dbcsl_try(dbcsl_host *h, void (*fn)(dbc_host *, void *), void *arg)
{
	dbcsl_jump_target pad;

	/* no local variable changes between setjmp() and longjmp(), as C
	 * requires */
	pad.outer = h->pad;
	h->pad = &pad;
	if (setjmp(pad.place) == 0)
	{
		fn(&h->base, arg);
		h->pad = h->pad->outer;
		return true;
	}
	h->pad = h->pad->outer;
	dbcsl_close_failed(h);
	return false;
}
