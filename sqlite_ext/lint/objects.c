/*
 * objects.c
 *	  What the names in a script mean.
 */
#include "sqlite_ext/lint/analysis.h"

#include <string.h>

/* The name as the model has it; NULL for the schema main. */
static dbcsl_name
resolve(dbcsl_lint *lint, dbcsl_name name, dbcsl_found *found)
{
	*found = (dbcsl_found){0};
	if (dbcsl_model_find(lint->model, name.schema, name.name, found))
		name = (dbcsl_name){found->schema, found->name};
	if (name.schema && sqlite3_stricmp(name.schema, "main") == 0)
		name.schema = NULL;
	return name;
}

/* Whether a subject is there where the statement stands. */
bool
dbcsl_is_there(dbcsl_lint *lint, dbcsl_name name)
{
	dbcsl_found found;

	resolve(lint, name, &found);
	return found.name != NULL;
}

/* Fills in what is known of a subject met for the first time. */
static void
get_to_know(dbcsl_lint *lint, dbc_subject *subject, const dbcsl_found *found)
{
	subject->temporary = found->schema && strcmp(found->schema, "temp") == 0;
	if (!found->name)
		return;
	subject->id = found->name;
	if (strcmp(found->type, "table") == 0)
		dbcsl_measure(lint->h, subject);
}

/* What a name means where the statement stands. */
dbc_subject *
dbcsl_subject(dbcsl_lint *lint, const char *type, dbcsl_name name)
{
	dbcsl_found found;
	dbc_subject *subject;
	bool is_new;

	name = resolve(lint, name, &found);
	subject = dbc_find_subject(lint->session, found.type ? found.type : type,
							   name.schema, name.name, &is_new);
	if (is_new)
		get_to_know(lint, subject, &found);
	return subject;
}
