/*
 * recent.c
 *	  Results that a session keeps; see common/core/recent.h.
 *
 * They are those of a role: what it may see is part of a result.
 */
#include "pg_ext/core/compat.h"
#include "pg_ext/core/recent.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "common/core/recent.h"

static MemoryContext memory;
static dbc_recent results[DBC_MOST_RECENT];

/* The key of a result of the current role. */
static char *
own_key(const char *key)
{
	return psprintf("%u %s", GetUserId(), key);
}

const char *
dbcpg_recall_result(dbc_host *base, const char *key, int64_t max_age_ms)
{
	(void) base;
	return dbc_find_recent(results, own_key(key), max_age_ms);
}

void
dbcpg_remember_result(dbc_host *base, const char *key, const char *text)
{
	dbc_recent result;

	(void) base;
	if (IsTransactionBlock() ||
		TransactionIdIsValid(GetTopTransactionIdIfAny()))
		return;
	if (!memory)
		memory = AllocSetContextCreate(TopMemoryContext, "dbcare results",
									   ALLOCSET_DEFAULT_SIZES);
	result.key = MemoryContextStrdup(memory, own_key(key));
	result.text = MemoryContextStrdup(memory, text);
	result = dbc_put_recent(results, &result);
	if (result.key)
	{
		pfree(result.key);
		pfree(result.text);
	}
}
