/*
 * names.h
 *	  Which files of a folder belong to migrations, by their names.
 */
#ifndef DBC_FORMAT_NAMES_H
#define DBC_FORMAT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline bool
dbc_name_ends_with(const char *name, const char *ending)
{
	size_t length = strlen(name);
	size_t most = strlen(ending);

	return length >= most && strcmp(name + length - most, ending) == 0;
}

/* Whether a name ends with one of some endings, up to a NULL. */
static inline bool
dbc_name_ends_with_any(const char *name, const char *const *endings)
{
	for (; *endings; endings++)
		if (dbc_name_ends_with(name, *endings))
			return true;
	return false;
}

/* Whether a name begins with the version of a migration. */
static inline bool
dbc_name_has_version(const char *name)
{
	name += *name == 'V' || *name == 'U';
	return *name >= '0' && *name <= '9';
}

/* Whether a file may be a migration in the language of its tool: a program that
 * begins with a version, one in Go, which may name its version, or a changelog. */
static inline bool
dbc_is_program_file(const char *name)
{
	static const char *const programs[] = {".go", ".js",   ".mjs",	".cjs",
										   ".ts", ".py",   ".java", ".kt",
										   ".rs", ".fizz", NULL};
	static const char *const changelogs[] = {".xml", ".yaml", ".yml", NULL};
	static const char *const tests[] = {"_test.go", ".test.js", ".spec.js",
										".test.ts", ".spec.ts", ".d.ts",
										NULL};

	return dbc_name_ends_with_any(name, changelogs) ||
		   (dbc_name_ends_with_any(name, programs) &&
			(dbc_name_has_version(name) || dbc_name_ends_with(name, ".go")) &&
			!dbc_name_ends_with_any(name, tests));
}

static inline bool
dbc_is_migration_file(const char *name)
{
	static const char *const endings[] = {".sql",  ".toml",			".plan",
										  ".conf", "_journal.json", NULL};

	return dbc_name_ends_with_any(name, endings) || dbc_is_program_file(name);
}

#endif /* DBC_FORMAT_NAMES_H */
