/*
 * recent.c
 *	  Results that a connection keeps; see common/core/recent.h.
 *
 * They are those of a role: what it may see is part of a result.
 */
#include "wire/core/recent.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"

static const char *
own_key(dbc_host *host, const char *key)
{
	return dbc_format(host, "%s %s", dbcw_of(host)->connection->role, key);
}

static void
free_recent(dbc_recent result)
{
	free(result.key);
	free(result.text);
}

const char *
dbcw_recall_result(dbc_host *host, const char *key, int64_t max_age_ms)
{
	return dbc_find_recent(dbcw_of(host)->connection->recent,
						   own_key(host, key), max_age_ms);
}

void
dbcw_remember_result(dbc_host *host, const char *key, const char *text)
{
	dbcw_host *h = dbcw_of(host);
	dbc_recent result;

	if (h->within)
		return;
	result.key = strdup(own_key(host, key));
	result.text = strdup(text);
	if (result.key && result.text)
		result = dbc_put_recent(h->connection->recent, &result);
	free_recent(result);
}

void
dbcw_forget_results(dbcw_connection *c)
{
	for (int i = 0; i < DBC_MOST_RECENT; i++)
		free_recent(c->recent[i]);
}
