/*
 * drop.c
 *	  Rules of dbmigrate_lint about dropping, truncating and renaming.
 */
#include "common/lint/rewrite.h"

/* Rules about names that applications may still use. */
static const struct
{
	const char *type;
	dbc_lint_rule_id dropped;
	dbc_lint_rule_id renamed;
} named[] = {
	{"table", DBC_RULE_drop_table, DBC_RULE_rename_table},
	{"foreign table", DBC_NRULES, DBC_RULE_rename_table},
	{"view", DBC_NRULES, DBC_RULE_rename_table},
	{"materialized view", DBC_NRULES, DBC_RULE_rename_table},
	{"schema", DBC_RULE_drop_schema, DBC_RULE_rename_schema},
	{"database", DBC_RULE_drop_database, DBC_NRULES},
};

/* The rule about dropping or renaming an object of this type, or DBC_NRULES. */
static dbc_lint_rule_id
rule_of(const dbc_lint_operation *operation)
{
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (dbc_same(named[i].type, operation->object->type))
			return operation->verb == DBC_V_DROP ? named[i].dropped
												 : named[i].renamed;
	return DBC_NRULES;
}

/* Whether the script creates an object with this name. */
static bool
creates(const dbc_lint *lint, const char *name)
{
	for (int s = 0; s < lint->script->nstatements; s++)
		for (int d = 0; d < lint->analyses[s].noperations; d++)
		{
			const dbc_lint_operation *operation =
				&lint->analyses[s].operations[d];

			if (operation->verb == DBC_V_CREATE && operation->object &&
				dbc_same(operation->object->name, name))
				return true;
		}
	return false;
}

/* Whether the script replaces the object that it drops: another object is
 * renamed to its name later, or was before this object itself was renamed. */
static bool
is_replaced(const dbc_lint *lint, const dbc_lint_operation *drop)
{
	/* the analysis of SQLite sets other only if the rows were copied */
	if (lint->engine == DBC_ON_SQLITE)
		return drop->other != NULL;
	for (int s = 0; s < lint->script->nstatements; s++)
		for (int d = 0; d < lint->analyses[s].noperations; d++)
		{
			const dbc_lint_operation *operation =
				&lint->analyses[s].operations[d];

			if (operation->verb == DBC_V_RENAME && operation->new_name &&
				dbc_same(operation->new_name, drop->object->name) &&
				(s > lint->statement || creates(lint, operation->object->name)))
				return true;
		}
	return false;
}

/* Reports CASCADE. */
static void
check_cascade(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *name = operation->column ? operation->column : operation->name;
	dbc_lint_severity severity;

	if (dbc_lint_has_flag(operation, DBC_OP_CASCADE) &&
		dbc_lint_rate_break(lint, DBC_RULE_drop_cascade, operation->object,
							&severity))
		dbc_lint_report(
			lint, DBC_RULE_drop_cascade,
			"Remove CASCADE, and drop the dependent objects by name.",
			"%s ... CASCADE also drops everything that depends on %s",
			operation->command,
			name ? dbc_lint_quote(lint, name) : operation->object->shown);
}

/* Reports a dropped table, schema or database. */
static void
check_drop(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_rule_id rule = rule_of(operation);
	dbc_lint_severity severity;

	check_cascade(lint, operation);
	if (rule == DBC_NRULES ||
		!dbc_lint_rate_break(lint, rule, operation->object, &severity) ||
		is_replaced(lint, operation))
		return;
	dbc_lint_report_as(lint, rule, severity,
					   "Back up the data, or rename the object first and drop "
					   "it once nothing uses it.",
					   "%s %s is dropped with everything in it",
					   operation->object->type,
					   dbc_lint_sized_name(lint, operation->object));
}

/* Reports a dropped column. */
static void
check_drop_column(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *column = dbc_lint_quote(lint, operation->column);
	dbc_lint_severity severity;

	check_cascade(lint, operation);
	if (!dbc_lint_rate_break(lint, DBC_RULE_drop_column, operation->object,
							 &severity))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_drop_column, severity,
		dbc_lint_has_flag(operation, DBC_OP_NOT_NULL)
			? dbc_format(lint->host,
						 "-- migration 1, with the application version that no "
						 "longer uses the column\n"
						 "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL;\n"
						 "-- migration 2, once no older version runs\n"
						 "ALTER TABLE %s DROP COLUMN %s;",
						 operation->object->shown, column,
						 operation->object->shown, column)
			: "Drop the column once no running application uses it.",
		"column %s of %s is dropped with its data", column,
		dbc_lint_sized_name(lint, operation->object));
}

/* Reports TRUNCATE. */
static void
check_truncate(dbc_lint *lint, const dbc_lint_operation *operation)
{
	bool cascade = (dbc_lint_has_flag(operation, DBC_OP_CASCADE)) != 0;
	dbc_lint_rule_id rule =
		cascade ? DBC_RULE_truncate_cascade : DBC_RULE_truncate;
	dbc_lint_severity severity;

	if (!dbc_lint_rate_break(lint, rule, operation->object, &severity))
		return;
	dbc_lint_report_as(
		lint, rule, severity,
		cascade ? "Remove CASCADE, and name the tables."
				: "Back up the rows, or delete only those that are not needed.",
		cascade ? "TRUNCATE ... CASCADE empties %s and every table that "
				  "references it"
				: "TRUNCATE empties %s",
		dbc_lint_sized_name(lint, operation->object));
}

/* The rename, and a view with the old name. */
static const char *
compatibility_view(const dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *object = operation->object;
	const char *schema = object->schema
							 ? dbc_format(lint->host, "%s.",
										  dbc_lint_quote(lint, object->schema))
							 : "";

	return dbc_format(
		lint->host,
		"%s;\n"
		"-- as long as an application uses the old name%s\n"
		"CREATE VIEW %s AS SELECT * FROM %s%s;",
		dbc_lint_statement_text(lint),
		lint->engine == DBC_ON_SQLITE ? "; the view is read-only" : "",
		object->shown, schema, dbc_lint_quote(lint, operation->new_name));
}

/* The name that a rename removes. */
static const char *
old_name(const dbc_lint_operation *operation)
{
	return operation->verb == DBC_V_RENAME_COLUMN ? operation->column
												  : operation->object->name;
}

/* Whether two renames replace one object by another. */
static bool
is_swap(const dbc_lint_operation *operation, const dbc_lint_operation *other)
{
	return other->verb == operation->verb && other->object &&
		   (operation->verb == DBC_V_RENAME ||
			other->object == operation->object) &&
		   (dbc_same(other->new_name, old_name(operation)) ||
			dbc_same(operation->new_name, old_name(other)));
}

/* Whether a rename is part of such a swap, or makes way for a new object with
 * the old name: then applications find the name. */
static bool
is_swapped(const dbc_lint *lint, const dbc_lint_operation *operation)
{
	if (operation->verb == DBC_V_RENAME && creates(lint, old_name(operation)))
		return true;
	for (int s = 0; s < lint->script->nstatements; s++)
		for (int d = 0; d < lint->analyses[s].noperations; d++)
			if (is_swap(operation, &lint->analyses[s].operations[d]))
				return true;
	return false;
}

/* Reports a renamed table or schema. */
static void
check_rename(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_rule_id rule = rule_of(operation);
	dbc_lint_severity severity;

	if (rule == DBC_NRULES || operation->other ||
		!dbc_lint_rate_break(lint, rule, operation->object, &severity) ||
		is_swapped(lint, operation))
		return;
	dbc_lint_report_as(
		lint, rule, severity,
		rule == DBC_RULE_rename_table
			? compatibility_view(lint, operation)
			: "Create a new schema, move the objects step by step, and drop "
			  "the old schema once nothing uses it.",
		"%s %s is renamed: queries that use the old name fail",
		operation->object->type, operation->object->shown);
}

/* Reports a renamed column. */
static void
check_rename_column(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;

	if (dbc_lint_has_added_column(lint, operation->object, operation->column) ||
		!dbc_lint_rate_break(lint, DBC_RULE_rename_column, operation->object,
							 &severity) ||
		is_swapped(lint, operation))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_rename_column, severity,
		"Add a column with the new name, keep both in sync with a trigger, "
		"backfill the new column, and drop the old one once no application "
		"uses it.",
		"column %s of %s is renamed: queries that use the old name fail",
		dbc_lint_quote(lint, operation->column), operation->object->shown);
}

/* Reports a renamed enum value. */
static void
check_rename_value(dbc_lint *lint, const dbc_lint_operation *operation)
{
	if (!dbc_lint_is_exempt(lint, operation->object))
		dbc_lint_report(
			lint, DBC_RULE_rename_enum_value,
			"Add the new value, update the rows, and keep the old value.",
			"value \"%s\" of type %s is renamed: statements that write the old "
			"value fail",
			operation->name, operation->object->shown);
}

void
dbc_lint_check_drop(dbc_lint *lint, const dbc_lint_operation *operation,
					void **state)
{
	(void) state;
	if (!operation || !operation->object)
		return;
	switch (operation->verb)
	{
		case DBC_V_DROP:
			check_drop(lint, operation);
			break;
		case DBC_V_DROP_COLUMN:
			check_drop_column(lint, operation);
			break;
		case DBC_V_DROP_CONSTRAINT:
			check_cascade(lint, operation);
			break;
		case DBC_V_TRUNCATE:
			check_truncate(lint, operation);
			break;
		case DBC_V_RENAME:
			check_rename(lint, operation);
			break;
		case DBC_V_RENAME_COLUMN:
			check_rename_column(lint, operation);
			break;
		case DBC_V_RENAME_VALUE:
			check_rename_value(lint, operation);
			break;
		default:
			break;
	}
}
