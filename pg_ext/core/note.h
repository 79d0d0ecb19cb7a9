/*
 * note.h
 *	  What a session notes for the end of its transaction.
 *
 * A note belongs to the subtransaction that made it: it is forgotten when that
 * is rolled back, and passes to its parent when that is committed.  State that
 * a transaction changes, and that is not in a table, is kept in notes.
 */
#ifndef DBCPG_CORE_NOTE_H
#define DBCPG_CORE_NOTE_H

#include "pg_ext/core/compat.h"

#include "access/xact.h"

/* The beginning of a note. */
typedef struct dbcpg_note
{
	struct dbcpg_note *before;
	int level; /* of nested transactions */
} dbcpg_note;

typedef struct dbcpg_notes
{
	dbcpg_note *last; /* NULL: none */
	/* Called at the events of a transaction that has made notes, even if all
	 * were forgotten; the notes are dropped after its end. */
	void (*at_event)(XactEvent event);
	bool used; /* by this transaction */
	bool registered;
	struct dbcpg_notes *next;
} dbcpg_notes;

/* Adds a note of a size, which is zero after its beginning. */
extern void *dbcpg_add_note(dbcpg_notes *notes, Size size);

#endif /* DBCPG_CORE_NOTE_H */
