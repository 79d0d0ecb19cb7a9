/*
 * certain.c
 *	  What a session has learnt, and may have to forget.
 */
#include "pg_ext/audit/certain.h"

#include "access/xact.h"

/* Called at the next end; one for contexts and one for tables. */
static dbcpg_audit_settle settles[2];
static int nsettles;

static void
settle(bool keep)
{
	while (nsettles > 0)
		settles[--nsettles](keep);
}

static void
end_transaction(XactEvent event, void *argument)
{
	(void) argument;
	if (event == XACT_EVENT_COMMIT)
		settle(true);
	else if (event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		settle(false);
}

static void
end_subtransaction(SubXactEvent event, SubTransactionId mine,
				   SubTransactionId parent, void *argument)
{
	(void) mine;
	(void) parent;
	(void) argument;
	if (event == SUBXACT_EVENT_ABORT_SUB)
		settle(false);
}

void
dbcpg_audit_note_uncertain(dbcpg_audit_settle function)
{
	static bool is_registered;

	if (!is_registered)
	{
		RegisterXactCallback(end_transaction, NULL);
		RegisterSubXactCallback(end_subtransaction, NULL);
		is_registered = true;
	}
	for (int i = 0; i < nsettles; i++)
		if (settles[i] == function)
			return;
	Assert(nsettles < (int) lengthof(settles));
	settles[nsettles++] = function;
}
