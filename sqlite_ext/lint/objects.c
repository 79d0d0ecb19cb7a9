/*
 * objects.c
 *	  Which objects the names in a script refer to.
 */
#include "sqlite_ext/lint/analysis.h"

#include <string.h>

/* Adds an operation of the statement. */
dbc_lint_operation *
dbcsl_lint_add_operation(dbcsl_lint_analyzer *lint, dbc_lint_verb verb,
						 dbc_lint_object *object)
{
	dbc_lint_operation *operation;

	lint->operations =
		dbc_grow(&lint->h->base, lint->operations, (size_t) lint->noperations,
				 sizeof(*lint->operations));
	operation = &lint->operations[lint->noperations++];
	*operation = (dbc_lint_operation){
		.verb = verb, .object = object, .command = lint->statement->command};
	return operation;
}

/* Reads [schema.]name. */
dbcsl_lint_qualified_name
dbcsl_lint_read_qualified_name(dbcsl_ddl_reader *r)
{
	dbcsl_lint_qualified_name name = {NULL, dbcsl_ddl_read_name(r)};

	if (dbcsl_ddl_accept_character(r, '.'))
	{
		name.schema = name.name;
		name.name = dbcsl_ddl_read_name(r);
	}
	return name;
}

/* Skips two or three words if they are next. */
bool
dbcsl_lint_accept_words(dbcsl_ddl_reader *r, const char *first,
						const char *second, const char *third)
{
	dbcsl_token next = dbcsl_next_token(&r->token);
	dbcsl_token last = dbcsl_next_token(&next);

	if (!dbcsl_ddl_at_word(r, first) || !dbcsl_is_word(&next, second) ||
		(third && !dbcsl_is_word(&last, third)))
		return false;
	dbcsl_ddl_advance(r);
	dbcsl_ddl_advance(r);
	if (third)
		dbcsl_ddl_advance(r);
	return true;
}

/* A copy of names as a list that ends with NULL. */
const char *const *
dbcsl_lint_copy_names(dbcsl_lint_analyzer *lint, const char *const *names,
					  int count)
{
	const char **list =
		dbcsl_alloc(&lint->h->base, ((size_t) count + 1) * sizeof(*list));

	for (int i = 0; i < count; i++)
		list[i] = names[i];
	return list;
}

/* Whether a text contains a name, as a word or in quotes. */
bool
dbcsl_lint_mentions_name(dbcsl_host *h, const char *text, const char *name)
{
	dbcsl_token token = dbcsl_first_token(text);

	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
		if (dbcsl_is_word(&token, name) ||
			(token.kind == DBCSL_QUOTED &&
			 sqlite3_stricmp(dbcsl_unquote_token(h, &token), name) == 0))
			return true;
	return false;
}

/* The name as the model spells it; NULL for the schema main. */
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

/* Whether an object exists at this statement. */
bool
dbcsl_lint_object_exists(dbcsl_lint_analyzer *lint,
						 dbcsl_lint_qualified_name name)
{
	dbcsl_lint_model_object found;

	resolve(lint, name, &found);
	return found.name != NULL;
}

/* Fills in the properties of an object at its first use. */
static void
fill_object(dbcsl_lint_analyzer *lint, dbc_lint_object *object,
			const dbcsl_lint_model_object *found)
{
	object->temporary = found->schema && strcmp(found->schema, "temp") == 0;
	if (!found->name)
		return;
	object->id = found->name;
	if (strcmp(found->type, "table") == 0)
		dbcsl_lint_measure_table(lint->h, object);
}

/* The object of a name at this statement. */
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
		fill_object(lint, object, &found);
	return object;
}
