/*
 * recent.c
 *	  Results that a session keeps for callers who take one of lately.
 */
#include "common/core/recent.h"

#include <string.h>

#include "common/core/clock.h"
#include "common/core/text.h"

void
dbc_emit_recent(dbc_host *host, const dbc_value *options,
				const dbc_option_value *max_age_ms,
				dbc_value (*make)(dbc_host *host, const void *arg),
				const void *arg)
{
	const char *key = NULL;
	const char *recent = NULL;
	dbc_value result;

	if (max_age_ms->integer > 0)
	{
		key = dbc_format(host, "%s %s", host->function->name, options->text);
		recent = dbc_recall_result(host, key, max_age_ms->integer);
	}
	if (!recent)
		result = make(host, arg);
	else if (host->function->result == DBC_T_JSON)
		result = dbc_json(recent);
	else
		result = dbc_text(recent);
	if (key && !recent && strlen(result.text) <= DBC_MOST_RECENT_BYTES)
		dbc_remember_result(host, key, result.text);
	dbc_emit(host, result);
}

const char *
dbc_find_recent(const dbc_recent *all, const char *key, int64_t max_age_ms)
{
	int64_t now = dbc_microseconds();

	for (int i = 0; i < DBC_MOST_RECENT; i++)
		if (all[i].key && dbc_same(all[i].key, key) &&
			(now - all[i].made_at) / 1000 < max_age_ms)
			return all[i].text;
	return NULL;
}

dbc_recent
dbc_put_recent(dbc_recent *all, const dbc_recent *result)
{
	dbc_recent *place = all;
	dbc_recent before;

	for (int i = 0; i < DBC_MOST_RECENT; i++)
	{
		if (all[i].key && dbc_same(all[i].key, result->key))
		{
			place = &all[i];
			break;
		}
		if (all[i].made_at < place->made_at)
			place = &all[i];
	}
	before = *place;
	*place = *result;
	place->made_at = dbc_microseconds();
	return before;
}
