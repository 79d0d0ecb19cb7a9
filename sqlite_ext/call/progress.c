/*
 * progress.c
 *	  The calls of this process that report progress.
 *
 * They are in one list for all connections and threads, the only writable
 * static data of the library.  An entry is part of its call's host, and is
 * listed from the first report or lock to the end of the call.
 */
#include "sqlite_ext/call/progress.h"
#include "sqlite_ext/core/thread.h"

#include <string.h>
#include <unistd.h>

#include "common/core/clock.h"
#include "common/core/seam.h"
#include "common/core/text.h"

/* Columns of dbcare_progress(). */
#define NCOLUMNS 6

static dbcsl_progress_entry *entries;

/* Locks the mutex of the list and its entries. */
static void
lock_entries(void)
{
	sqlite3_mutex_enter(sqlite3_mutex_alloc(SQLITE_MUTEX_STATIC_APP1));
}

static void
unlock_entries(void)
{
	sqlite3_mutex_leave(sqlite3_mutex_alloc(SQLITE_MUTEX_STATIC_APP1));
}

/* Records the start of the call for its entry. */
void
dbcsl_start_progress(dbcsl_host *h)
{
	h->progress.started_ms = dbc_now_ms();
}

void
dbcsl_poll_interrupt(dbc_host *host)
{
	dbcsl_work_rest();
	/* any statement fails after an interrupt */
	(void) dbc_query(host, "call/poll");
}

/* Adds the entry of a call to the locked list, unless it is listed. */
static void
enlist(dbcsl_host *h)
{
	if (h->progress.function)
		return;
	h->progress.function = h->base.function->name;
	h->progress.next = entries;
	entries = &h->progress;
}

bool
dbcsl_progress_lock(dbcsl_host *h, const char *what)
{
	const dbcsl_progress_entry *entry;

	lock_entries();
	enlist(h);
	h->progress.claim = NULL;
	for (entry = what ? entries : NULL; entry; entry = entry->next)
		if (entry->claim && strcmp(entry->claim, what) == 0)
			break;
	if (!entry)
		h->progress.claim = what;
	unlock_entries();
	return !entry;
}

void
dbcsl_record_progress(dbcsl_host *h, const char *phase, int64_t done,
					  int64_t total)
{
	dbcsl_progress_entry *entry = &h->progress;

	lock_entries();
	enlist(h);
	sqlite3_snprintf(sizeof(entry->phase), entry->phase, "%s", phase);
	/* do not cut a multibyte character */
	entry->phase[dbc_valid_utf8(entry->phase, strlen(entry->phase))] = '\0';
	entry->done = done;
	entry->total = total;
	unlock_entries();
}

/* Reports progress and checks for an interrupt. */
void
dbcsl_report_progress(dbc_host *host, const char *phase, int64_t done,
					  int64_t total)
{
	dbcsl_host *h = dbcsl_of(host);

	dbcsl_record_progress(h, phase, done, total);
	dbcsl_poll_interrupt(&h->base);
}

/* Removes the entry of a call from the list. */
void
dbcsl_end_progress(dbcsl_host *h)
{
	dbcsl_progress_entry **place;

	if (!h->progress.function)
		return;
	lock_entries();
	for (place = &entries; *place != &h->progress; place = &(*place)->next)
		;
	*place = h->progress.next;
	unlock_entries();
	h->progress.function = NULL;
}

/* Copies at most room entries; returns the number of entries. */
static int
copy_entries(dbcsl_progress_entry *copies, int room)
{
	int count = 0;

	lock_entries();
	for (const dbcsl_progress_entry *entry = entries; entry;
		 entry = entry->next)
	{
		if (count < room)
			copies[count] = *entry;
		count++;
	}
	unlock_entries();
	return count;
}

/* The running calls, with the columns of dbcare_progress(). */
const dbc_rows *
dbcsl_list_running(dbc_host *host)
{
	dbc_rows *rows = dbc_alloc(host, sizeof(*rows));
	/* allocate first: no error may be raised while the list is locked */
	int room = copy_entries(NULL, 0);
	dbcsl_progress_entry *copies =
		dbc_alloc(host, (size_t) room * sizeof(*copies));
	dbc_value *values =
		dbc_alloc(host, (size_t) room * NCOLUMNS * sizeof(*values));
	int count = copy_entries(copies, room);

	rows->ncols = NCOLUMNS;
	rows->nrows = count < room ? count : room;
	rows->values = values;
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbcsl_progress_entry *entry = &copies[i];

		*values++ = dbc_int(getpid());
		*values++ = dbc_text(entry->function);
		*values++ =
			dbc_text(dbc_copy(host, entry->phase, strlen(entry->phase)));
		*values++ = dbc_int(entry->done);
		*values++ = dbc_int(entry->total);
		*values++ = dbc_text(dbc_time_text(host, entry->started_ms));
	}
	return rows;
}
