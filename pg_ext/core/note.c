/*
 * note.c
 *	  What a session notes for the end of its transaction.
 */
#include "pg_ext/core/note.h"

#include "utils/memutils.h"

/* All that a room has ever used. */
static dbcpg_notes *all;

static void
end_transaction(XactEvent event, void *argument)
{
	(void) argument;
	for (dbcpg_notes *notes = all; notes; notes = notes->next)
	{
		if (notes->used)
			notes->at_event(event);
		if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT ||
			event == XACT_EVENT_PREPARE)
		{
			notes->last = NULL;
			notes->used = false;
		}
	}
}

static void
end_subtransaction(SubXactEvent event, SubTransactionId mine,
				   SubTransactionId parent, void *argument)
{
	int level = GetCurrentTransactionNestLevel();

	(void) mine;
	(void) parent;
	(void) argument;
	for (dbcpg_notes *notes = all; notes; notes = notes->next)
	{
		if (event == SUBXACT_EVENT_ABORT_SUB)
			while (notes->last && notes->last->level >= level)
				notes->last = notes->last->before;
		else if (event == SUBXACT_EVENT_COMMIT_SUB)
			for (dbcpg_note *note = notes->last; note && note->level >= level;
				 note = note->before)
				note->level = level - 1;
	}
}

void *
dbcpg_add_note(dbcpg_notes *notes, Size size)
{
	dbcpg_note *note = MemoryContextAllocZero(TopTransactionContext, size);

	if (!all)
	{
		RegisterXactCallback(end_transaction, NULL);
		RegisterSubXactCallback(end_subtransaction, NULL);
	}
	if (!notes->registered)
	{
		notes->next = all;
		all = notes;
		notes->registered = true;
	}
	note->level = GetCurrentTransactionNestLevel();
	note->before = notes->last;
	notes->last = note;
	notes->used = true;
	return note;
}
