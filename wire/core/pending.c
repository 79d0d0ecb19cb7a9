/*
 * pending.c
 *	  The list of statements that wait.
 */
#include "wire/core/pending.h"

void
dbcw_append_pending(dbcw_host *h, const char *text, const dbc_value *args,
					int nargs, int savepoint)
{
	dbcw_pending *p = dbcw_alloc(&h->base, sizeof(*p));

	*p = (dbcw_pending){
		.text = text, .args = args, .nargs = nargs, .savepoint = savepoint};
	if (h->last_pending)
		h->last_pending->next = p;
	else
		h->pending = p;
	h->last_pending = p;
}

bool
dbcw_has_pending_savepoint(const dbcw_host *h)
{
	for (const dbcw_pending *p = h->pending; p; p = p->next)
		if (p->savepoint)
			return true;
	return false;
}

bool
dbcw_has_pending_work(const dbcw_host *h)
{
	for (const dbcw_pending *p = h->pending; p; p = p->next)
		if (p->nargs > 0)
			return true;
	return false;
}

dbcw_pending *
dbcw_take_pending(dbcw_host *h)
{
	dbcw_pending *first = h->pending;

	h->pending = h->last_pending = NULL;
	return first;
}

bool
dbcw_forget_savepoint(dbcw_host *h, int number)
{
	dbcw_pending *before = NULL;
	dbcw_pending *p = h->pending;

	for (; p && p->savepoint != number; p = p->next)
		before = p;
	if (!p)
		return false;
	if (before)
		before->next = NULL;
	else
		h->pending = NULL;
	h->last_pending = before;
	return true;
}
