/*
 * objects.c
 *	  What the names in a script mean.
 */
#include "sqlite_ext/lint/analysis.h"

#include <string.h>

/* The name as the model has it; NULL for the schema main. */
static dbcsl_lint_qualified_name
resolve(dbcsl_lint_analyzer *lint, dbcsl_lint_qualified_name name,
		dbcsl_lint_model_object *found)
{
	*found = (dbcsl_lint_model_object){0};
	if (dbcsl_lint_model_find(lint->model, name.schema, name.name, found))
		name = (dbcsl_lint_qualified_name){found->schema, found->name};
	if (name.schema && sqlite3_stricmp(name.schema, "main") == 0)
		name.schema = NULL;
	return name;
}

/* Whether an object is there where the statement stands. */
bool
dbcsl_lint_object_exists(dbcsl_lint_analyzer *lint,
						 dbcsl_lint_qualified_name name)
{
	dbcsl_lint_model_object found;

	resolve(lint, name, &found);
	return found.name != NULL;
}

/* Fills in what is known of an object met for the first time. */
static void
get_to_know(dbcsl_lint_analyzer *lint, dbc_lint_object *object,
			const dbcsl_lint_model_object *found)
{
	object->temporary = found->schema && strcmp(found->schema, "temp") == 0;
	if (!found->name)
		return;
	object->id = found->name;
	if (strcmp(found->type, "table") == 0)
		dbcsl_lint_measure_table(lint->h, object);
}

/* What a name means where the statement stands. */
dbc_lint_object *
dbcsl_lint_find_object(dbcsl_lint_analyzer *lint, const char *type,
					   dbcsl_lint_qualified_name name)
{
	dbcsl_lint_model_object found;
	dbc_lint_object *object;
	bool is_new;

	name = resolve(lint, name, &found);
	object = dbc_lint_find_object(lint->session, found.type ? found.type : type,
								  name.schema, name.name, &is_new);
	if (is_new)
		get_to_know(lint, object, &found);
	return object;
}
