/*
 * sqlite.c
 *	  Rules of dbmigrate_lint for SQLite only.
 */
#include "common/lint/rule.h"

/* A name, always quoted as SQLite requires. */
static const char *
quoted(const dbc_lint *lint, const char *name)
{
	return dbc_quote(lint->host, name);
}

/* Whether a table is known to be empty. */
static bool
is_empty(const dbc_lint_object *table)
{
	return !table->may_grow &&
		   (table->created_in > 0 || (table->measured && table->rows == 0));
}

/* Whether the current statement fails or does nothing inside a transaction. */
static bool
is_outside(const dbc_lint *lint)
{
	return lint->script->statements[lint->statement].kind ==
		   DBC_STATEMENT_OUTSIDE;
}

/* ---- ALTER TABLE ---- */

/* Why SQLite cannot add a column to a table with rows, or NULL. */
static const char *
obstacle(const dbc_lint_operation *operation)
{
	if (operation->flags & DBC_OP_PRIMARY)
		return "it is a primary key";
	if (operation->flags & DBC_OP_UNIQUE)
		return "it is unique";
	if (operation->flags & DBC_OP_STORED)
		return "it is generated and stored";
	if (operation->flags & DBC_OP_NONCONSTANT)
		return "its default is not constant";
	return NULL;
}

/* Reports a new column that SQLite cannot add to a table with rows. */
static void
check_add_column(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *why = obstacle(operation);
	bool always = operation->flags & (DBC_OP_PRIMARY | DBC_OP_UNIQUE);
	dbc_lint_severity severity;

	if (operation->flags & DBC_OP_INITIAL)
		return;
	if (why && (always || !is_empty(operation->object)))
	{
		lint->explained |= always;
		dbc_lint_report(
			lint, DBC_RULE_add_column_nonconst_default, operation->rebuild,
			"column %s cannot be added to table %s%s%s: %s",
			quoted(lint, operation->column), operation->object->shown,
			dbc_lint_size_text(lint, operation->object),
			always || !operation->object->may_grow ? "" : " if it has rows",
			why);
	}
	if (operation->flags & DBC_OP_CHECKED &&
		dbc_lint_rate_by_size(lint, DBC_RULE_add_column_check_scan,
							  operation->object, &severity))
		dbc_lint_report_as(lint, DBC_RULE_add_column_check_scan, severity,
						   "Fix the rows that violate the CHECK first, or "
						   "check the values in the application.",
						   "table %s%s is scanned to check column %s",
						   operation->object->shown,
						   dbc_lint_size_text(lint, operation->object),
						   quoted(lint, operation->column));
}

/* Reports a column that SQLite refuses to drop. */
static void
check_drop_column(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_error *refused = lint->analyses[lint->statement].refused;

	/* a table that does not exist blocks nothing */
	if (!refused || (!operation->object->id && !operation->object->created_in))
		return;
	lint->explained = true;
	dbc_lint_report(lint, DBC_RULE_drop_column_blocked, operation->rebuild,
					"column %s of table %s cannot be dropped: %s",
					quoted(lint, operation->column), operation->object->shown,
					refused->message);
}

/* ---- replacing a table by another ---- */

/* Reports rows of child tables that DROP TABLE deletes or changes. */
static void
check_cascade(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *child = operation->other;

	if (is_empty(operation->object) || is_empty(child) || child->dropped ||
		dbc_lint_is_exempt(lint, operation->object) ||
		dbc_lint_is_exempt(lint, child))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_rebuild_cascade,
		operation->name ? DBC_LINT_ERROR : DBC_LINT_WARNING,
		operation->rebuild ? operation->rebuild
						   : "Update or delete the referencing rows first.",
		"DROP TABLE first deletes all rows of %s%s, and ON DELETE %s then %s "
		"rows of %s%s",
		operation->object->shown,
		operation->name ? "" : " (if foreign keys are enforced)",
		operation->text,
		dbc_same(operation->text, "CASCADE") ? "deletes" : "changes",
		child->shown, dbc_lint_size_text(lint, child));
}

/* Reports an index, trigger or other part that the new table lacks. */
static void
check_loss(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *name = operation->name ? quoted(lint, operation->name) : NULL;
	const char *thing;
	dbc_lint_severity severity = DBC_LINT_WARNING;

	if (dbc_lint_is_exempt(lint, operation->object))
		return;
	if (dbc_same(operation->type, "option"))
		thing = operation->name;
	else if (dbc_same(operation->type, "sequence"))
		thing = "its AUTOINCREMENT counter: numbers of deleted rows are reused";
	else if (dbc_same(operation->type, "constraint"))
	{
		thing = operation->text;
		severity = DBC_LINT_INFO;
	}
	else if (operation->text)
		thing = dbc_format(lint->host, "%s %s of column %s",
						   dbc_same(operation->type, "default") ? "DEFAULT"
																: "COLLATE",
						   operation->text, name);
	else
		thing = dbc_format(lint->host, "%s %s", operation->type, name);
	dbc_lint_report_as(lint, DBC_RULE_rebuild_loses_objects, severity,
					   operation->rebuild, "table %s loses %s",
					   operation->other->shown, thing);
}

/* Reports values that may be null, copied into a NOT NULL column. */
static void
check_not_null(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *column = quoted(lint, operation->column);

	if (is_empty(operation->object) ||
		dbc_lint_is_exempt(lint, operation->object) ||
		!dbc_same(operation->command, "INSERT ... SELECT"))
		return;
	dbc_lint_report(
		lint, DBC_RULE_nullable_to_notnull_no_default,
		dbc_format(lint->host, "Select coalesce(%s, %s) instead of the column.",
				   column, operation->text ? operation->text : "..."),
		"column %s of table %s%s may contain null, which makes the copy fail",
		column, operation->object->shown,
		dbc_lint_size_text(lint, operation->object));
}

/* Reports values copied into a column of another type. */
static void
check_type(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *column = quoted(lint, operation->column);
	const char *type = operation->type[0] ? operation->type : "no type";

	if (is_empty(operation->object) ||
		dbc_lint_is_exempt(lint, operation->object))
		return;
	dbc_lint_report(
		lint, DBC_RULE_change_type_affinity,
		dbc_format(lint->host,
				   "SELECT typeof(%s), count(*) FROM %s GROUP BY 1;", column,
				   operation->object->shown),
		operation->flags & DBC_OP_STRICT_TABLE
			? "column %s of table %s may contain values that make the copy "
			  "fail: they are not of type %s"
			: "values of column %s of table %s are copied into %s: SQLite "
			  "converts only those it can convert without loss",
		column, operation->object->shown, type);
}

/* ---- settings ---- */

/* Whether the value of a PRAGMA means off. */
static bool
is_off(const char *value)
{
	return value[0] == '0' || dbc_starts_with_nocase(value, "off") ||
		   dbc_starts_with_nocase(value, "no") ||
		   dbc_starts_with_nocase(value, "false");
}

/* Reports a PRAGMA; *reported is set once foreign_keys was reported. */
static void
check_setting(dbc_lint *lint, const dbc_lint_operation *operation,
			  void **reported)
{
	if (!operation->text)
		return;
	if (dbc_same(operation->name, "foreign_keys") && lint->transactional &&
		!*reported)
	{
		*reported = lint;
		dbc_lint_report(
			lint, DBC_RULE_pragma_fk_in_txn,
			"Run the script with dbmigrate_apply() or dbmigrate_deploy().",
			"PRAGMA foreign_keys is ignored inside a transaction; dbcare "
			"applies it until the script ends, and then checks all foreign "
			"keys");
	}
	if (dbc_same(operation->name, "writable_schema") &&
		!is_off(operation->text))
		dbc_lint_report(lint, DBC_RULE_writable_schema,
						"Use ALTER TABLE or dbmigrate_rebuild().",
						"PRAGMA writable_schema lets the script edit the "
						"schema table directly");
}

/* Checks a statement once, at its first operation. */
static void
check_statement(dbc_lint *lint, const dbc_lint_operation *operation)
{
	if (operation != lint->analyses[lint->statement].operations ||
		!lint->transactional || !is_outside(lint))
		return;
	dbc_lint_report(
		lint, DBC_RULE_vacuum_or_journal_in_txn,
		"Register the statement as a separate migration with the option "
		"{\"transactional\": false}, and run it with dbmigrate_deploy().",
		"%s does not work inside a transaction",
		lint->script->statements[lint->statement].command);
}

void
dbc_lint_check_sqlite(dbc_lint *lint, const dbc_lint_operation *operation,
					  void **state)
{
	if (!operation || lint->engine != DBC_ON_SQLITE)
		return;
	check_statement(lint, operation);
	switch (operation->verb)
	{
		case DBC_V_ADD_COLUMN:
			check_add_column(lint, operation);
			break;
		case DBC_V_DROP_COLUMN:
			check_drop_column(lint, operation);
			break;
		case DBC_V_CASCADE:
			check_cascade(lint, operation);
			break;
		case DBC_V_LOSE:
			check_loss(lint, operation);
			break;
		case DBC_V_SET_NOT_NULL:
			check_not_null(lint, operation);
			break;
		case DBC_V_CHANGE_TYPE:
			check_type(lint, operation);
			break;
		case DBC_V_SET:
			check_setting(lint, operation, state);
			break;
		case DBC_V_QUOTE_AS_TEXT:
			dbc_lint_report(
				lint, DBC_RULE_double_quoted_string,
				"Write text in single quotes.",
				"\"%s\" is not a name here, so SQLite reads it as text",
				operation->name);
			break;
		default:
			break;
	}
}
