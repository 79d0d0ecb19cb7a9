/*
 * rewrite_column.c
 *	  Safe ways to give existing rows new values, as SQL.
 */
#include "common/lint/rewrite.h"

static const char *
literal(const dbc_lint *lint, const char *text)
{
	return dbc_escaped_literal(lint->host, lint->engine == DBC_ON_POSTGRESQL,
							   text);
}

const char *
dbc_lint_rewrite_backfill(const dbc_lint *lint, const dbc_lint_object *table,
						  const char *column, const char *update)
{
	const char *name = dbc_format(lint->host, "%s%s%s", table->name,
								  column ? "." : "", column ? column : "");

	if (table->keyless)
		return "-- update the rows in batches; dbmigrate_backfill() needs a "
			   "primary key, and the table has none";
	return dbc_format(lint->host, "%s dbmigrate_backfill(%s, %s);",
					  lint->engine == DBC_ON_SQLITE ? "SELECT" : "CALL",
					  literal(lint, name), literal(lint, update));
}

/* Writes the default into existing rows in batches. */
const char *
dbc_lint_rewrite_add_column(const dbc_lint *lint,
							const dbc_lint_operation *operation)
{
	const char *table = operation->object->shown;
	const char *column = dbc_lint_quote(lint, operation->column);

	if (!operation->type || !operation->text ||
		!(dbc_lint_has_flag(operation, DBC_OP_DEFAULT)))
		return NULL;
	return dbc_format(
		lint->host,
		"-- migration 1\n"
		"ALTER TABLE %s ADD COLUMN %s %s;\n"
		"ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;\n"
		"-- then, outside a transaction\n"
		"%s%s%s",
		table, column, operation->type, table, column, operation->text,
		dbc_lint_rewrite_backfill(
			lint, operation->object, operation->column,
			dbc_format(lint->host,
					   "UPDATE %s SET %s = DEFAULT WHERE %s IS NULL", table,
					   column, column)),
		dbc_lint_has_flag(operation, DBC_OP_NOT_NULL) ? "\n" : "",
		dbc_lint_has_flag(operation, DBC_OP_NOT_NULL)
			? dbc_lint_rewrite_not_null(lint, operation->object,
										operation->column, 2)
			: "");
}

/* Fills a column of the new type next to the old one, and swaps them. */
const char *
dbc_lint_rewrite_change_type(const dbc_lint *lint,
							 const dbc_lint_operation *operation)
{
	const char *table = operation->object->shown;
	const char *old = dbc_lint_quote(lint, operation->column);
	const char *fresh = dbc_lint_quote(
		lint, dbc_format(lint->host, "%s_new", operation->column));
	const char *former = dbc_lint_quote(
		lint, dbc_format(lint->host, "%s_old", operation->column));
	const char *trigger =
		dbc_lint_make_name(lint, operation->object, operation->column, "sync");
	const char *update = dbc_format(
		lint->host,
		"UPDATE %s SET %s = CAST(%s AS %s) WHERE %s IS NULL AND %s IS NOT NULL",
		table, fresh, old, operation->type, fresh, old);
	dbc_buffer sql;

	/* in a trigger the columns of the expression need NEW. */
	if (operation->text)
		return "Add a column of the new type, fill it with a trigger and in "
			   "batches, and swap it with the old column.";
	dbc_buffer_init(&sql, lint->host);
	dbc_append_format(
		&sql,
		"-- migration 1\n"
		"ALTER TABLE %s ADD COLUMN %s %s;\n"
		"CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $$\n"
		"BEGIN NEW.%s := CAST(NEW.%s AS %s); RETURN NEW; END $$;\n"
		"CREATE TRIGGER %s BEFORE INSERT OR UPDATE ON %s FOR EACH ROW "
		"EXECUTE FUNCTION %s();\n",
		table, fresh, operation->type, trigger, fresh, old, operation->type,
		trigger, table, trigger);
	dbc_append_format(&sql,
					  "-- then, outside a transaction\n"
					  "%s\n"
					  "-- build the indexes of the new column CONCURRENTLY\n",
					  dbc_lint_rewrite_backfill(lint, operation->object,
												operation->column, update));
	dbc_append_format(
		&sql,
		"-- migration 2; also move default, sequence and constraints\n"
		"DROP TRIGGER %s ON %s;\n"
		"DROP FUNCTION %s();\n"
		"ALTER TABLE %s RENAME COLUMN %s TO %s;\n"
		"ALTER TABLE %s RENAME COLUMN %s TO %s;\n"
		"-- migration 3, once nothing reads the old column\n"
		"ALTER TABLE %s DROP COLUMN %s;",
		trigger, table, trigger, table, old, former, table, fresh, old, table,
		former);
	return sql.data;
}
