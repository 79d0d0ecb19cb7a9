/*
 * other.c
 *	  Statements that change neither schema nor rows.
 */
#include "sqlite_ext/call/settings.h"
#include "sqlite_ext/lint/analysis.h"

#include <string.h>

/* A name in lower case. */
static const char *
folded(dbcsl_host *h, const char *name)
{
	char *copy = dbc_copy(&h->base, name, strlen(name));

	for (char *c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char) (*c - 'A' + 'a');
	return copy;
}

/* Reads PRAGMA: settings that the runner of migrations keeps change the model
 * too. */
void
dbcsl_lint_analyze_pragma(dbcsl_lint_analyzer *lint)
{
	dbcsl_pragma pragma;
	dbc_lint_operation *operation;

	if (!dbcsl_parse_pragma(lint->h, lint->statement->text, &pragma))
		return;
	operation = dbcsl_lint_add_operation(lint, DBC_V_SET, NULL);
	operation->name = folded(lint->h, pragma.name);
	operation->text = pragma.value;
	if (!pragma.value)
		return;
	if (dbc_same(operation->name, "foreign_keys"))
	{
		lint->model->enforces = dbcsl_is_on_value(pragma.value);
		lint->model->set_by_script = true;
		sqlite3_db_config(lint->model->db, SQLITE_DBCONFIG_ENABLE_FKEY,
						  lint->model->enforces, NULL);
	}
	else if (dbc_same(operation->name, "legacy_alter_table"))
		sqlite3_db_config(lint->model->db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE,
						  dbcsl_is_on_value(pragma.value), NULL);
	else if (dbc_same(operation->name, "writable_schema"))
		lint->model->blind = true;
}

/* Reads VACUUM, ANALYZE or REINDEX, which name a table, an index, a schema, a
 * collation, or nothing. */
void
dbcsl_lint_analyze_maintenance(dbcsl_lint_analyzer *lint)
{
	dbcsl_ddl_reader *r = &lint->r;
	dbc_lint_verb verb = dbcsl_ddl_at_word(r, "vacuum")	   ? DBC_V_REWRITE
						 : dbcsl_ddl_at_word(r, "analyze") ? DBC_V_ANALYZE
														   : DBC_V_REINDEX;
	dbc_lint_object *table = NULL;
	dbcsl_lint_model_object found;
	dbcsl_lint_qualified_name name;

	dbcsl_ddl_advance(r);
	if (verb != DBC_V_REWRITE && r->token.kind != DBCSL_END)
	{
		name = dbcsl_lint_read_qualified_name(r);
		if (!r->refused &&
			dbcsl_lint_model_find(lint->model, name.schema, name.name, &found))
			table = dbcsl_lint_find_object(
				lint, "table",
				(dbcsl_lint_qualified_name){found.schema, found.table});
	}
	dbcsl_lint_add_operation(lint, verb, table);
}

/* Reads BEGIN, COMMIT and the like. */
void
dbcsl_lint_analyze_transaction(dbcsl_lint_analyzer *lint)
{
	dbcsl_lint_add_operation(lint, DBC_V_TRANSACTION, NULL);
}

/* Reads ATTACH or DETACH: the content of the other file is unknown. */
void
dbcsl_lint_analyze_attach(dbcsl_lint_analyzer *lint)
{
	lint->model->blind = true;
}
