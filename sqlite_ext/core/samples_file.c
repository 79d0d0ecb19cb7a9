/*
 * samples_file.c
 *	  The location of the tables of monitoring: the database, or an attached
 *	  file.
 */
#include "sqlite_ext/core/samples_file.h"

#include <string.h>

#include "common/core/text.h"

const char *
dbcsl_find_samples_file(sqlite3 *db)
{
	const char *file = sqlite3_db_filename(db, DBCSL_SAMPLES);

	return file && file[0] ? file : NULL;
}

/* Whether the name after "main." is a table of monitoring. */
static bool
is_monitoring(const char *name)
{
	static const char *const tables[] = {
		"alert",	  "check_run", "monitor",	 "query",	 "query_mark",
		"query_seen", "sample",	   "samples_of", "slow_log", "table_sample"};
	static const char prefix[] = "dbcare_";
	size_t length;

	if (!dbc_starts_with(name, prefix))
		return false;
	name += strlen(prefix);
	length = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (strlen(tables[i]) == length &&
			strncmp(tables[i], name, length) == 0)
			return true;
	return false;
}

const char *
dbcsl_qualify_samples(dbcsl_host *h, const char *text)
{
	dbc_buffer placed;
	const char *at;

	if (!h->has_samples_file)
		return text;
	dbc_buffer_init(&placed, &h->base);
	while ((at = strstr(text, "main.")) != NULL)
	{
		bool apart = h->in_samples || is_monitoring(at + strlen("main."));

		dbc_append_bytes(&placed, text, (size_t) (at - text));
		dbc_append(&placed, apart ? "\"" DBCSL_SAMPLES "\"." : "main.");
		text = at + strlen("main.");
	}
	dbc_append(&placed, text);
	return placed.data;
}
