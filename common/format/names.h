/*
 * names.h
 *	  Which files of a folder belong to migrations, by their names.
 */
#ifndef DBC_FORMAT_NAMES_H
#define DBC_FORMAT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The journal of drizzle is the only JSON file that is read. */
static inline bool
dbc_is_migration_file(const char *name)
{
	static const char *const endings[] = {".sql", ".toml", ".plan", ".conf",
										  "_journal.json"};
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
	{
		size_t ending = strlen(endings[i]);

		if (length >= ending && strcmp(name + length - ending, endings[i]) == 0)
			return true;
	}
	return false;
}

#endif /* DBC_FORMAT_NAMES_H */
