/*
 * area.c
 *	  Which area of dbcare_grant() a role needs that may not read a table.
 *
 * It is asked for in an error that the engine raises: nothing is allocated.
 */
#include "common/core/area.h"

#include <string.h>

#include "common/core/text.h"

typedef struct area
{
	const char *name;
	const char *tables;
} area;

static const area areas[] = {
#define DBC_AREA(name, tables) {#name, " " tables " "},
#include "common/core/areas.def"
#undef DBC_AREA
};

#define NAREAS (sizeof(areas) / sizeof(areas[0]))

/* The length of the name of a table. */
static size_t
name_length(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyz_");
}

static bool
has_table(const area *a, const char *name, size_t length)
{
	const char *at = a->tables;

	while ((at = strchr(at, ' ')) && *++at)
		if (name_length(at) == length && strncmp(at, name, length) == 0)
			return true;
	return false;
}

/* Whether a table is for some area; every role may read the others. */
static bool
is_granted(const char *name, size_t length)
{
	for (size_t i = 0; i < NAREAS; i++)
		if (has_table(&areas[i], name, length))
			return true;
	return false;
}

/* Whether an area may read all tables that a statement names. */
static bool
suffices(const area *a, const char *statement)
{
	static const char schema[] = "dbcare.";

	for (const char *at = statement; (at = strstr(at, schema));)
	{
		at += sizeof(schema) - 1;
		if (!has_table(a, at, name_length(at)) &&
			is_granted(at, name_length(at)))
			return false;
	}
	return true;
}

/* Whether a function is one of an area by its name, such as dbaudit_log(). */
static bool
is_of(const dbc_function *function, const area *a)
{
	size_t length = strlen(a->name);

	return strncmp(function->name + 2, a->name, length) == 0 &&
		   function->name[2 + length] == '_';
}

const char *
dbc_area_for(const dbc_function *function, const char *statement)
{
	const char *found = NULL;

	for (size_t i = 0; i < NAREAS; i++)
	{
		if (!suffices(&areas[i], statement))
			continue;
		if (is_of(function, &areas[i]))
			return areas[i].name;
		if (!found)
			found = areas[i].name;
	}
	return found;
}
