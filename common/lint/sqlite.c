/*
 * sqlite.c
 *	  Rules of dbmigrate_lint about what is SQLite's own.
 */
#include "common/lint/rule.h"

/* A name as it must be written. */
static const char *
quoted(const dbc_lint *lint, const char *name)
{
	return lint->host->quote(lint->host, name);
}

/* Whether a table is known to have no rows. */
static bool
is_empty(const dbc_lint_object *table)
{
	return !table->may_grow &&
		   (table->made_in > 0 || (table->measured && table->rows == 0));
}

/* Whether a statement cannot do its work in a transaction. */
static bool
is_outside(const dbc_lint *lint)
{
	return lint->script->statements[lint->statement].kind ==
		   DBC_STATEMENT_OUTSIDE;
}

/* ---- ALTER TABLE ---- */

/* Why SQLite cannot add a column to a table with rows, or NULL. */
static const char *
obstacle(const dbc_lint_operation *deed)
{
	if (deed->flags & DBC_OP_PRIMARY)
		return "it is a primary key";
	if (deed->flags & DBC_OP_UNIQUE)
		return "it is unique";
	if (deed->flags & DBC_OP_STORED)
		return "it is generated and stored";
	if (deed->flags & DBC_OP_NONCONSTANT)
		return "its default is no constant";
	return NULL;
}

/* A new column of a table that may have rows. */
static void
judge_add_column(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const char *why = obstacle(deed);
	bool always = deed->flags & (DBC_OP_PRIMARY | DBC_OP_UNIQUE);
	dbc_lint_severity weight;

	if (deed->flags & DBC_OP_INITIAL)
		return;
	if (why && (always || !is_empty(deed->subject)))
	{
		lint->explained |= always;
		dbc_lint_report(
			lint, DBC_RULE_add_column_nonconst_default, deed->rebuild,
			"SQLite does not add column %s to table %s%s%s: %s",
			quoted(lint, deed->column), deed->subject->shown,
			dbc_lint_size_text(lint, deed->subject),
			always || !deed->subject->may_grow ? "" : " if it has rows", why);
	}
	if (deed->flags & DBC_OP_CHECKED &&
		dbc_lint_rate_by_size(lint, DBC_RULE_add_column_check_scan,
							  deed->subject, &weight))
		dbc_lint_report_as(
			lint, DBC_RULE_add_column_check_scan, weight,
			"Have the rows comply with it first, or check in the program.",
			"all rows of table %s%s are read to check column %s",
			deed->subject->shown, dbc_lint_size_text(lint, deed->subject),
			quoted(lint, deed->column));
}

/* A column that goes, if SQLite does not let it. */
static void
judge_drop_column(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const dbc_error *refused = lint->readings[lint->statement].refused;

	/* a table that is not there blocks nothing */
	if (!refused || (!deed->subject->id && !deed->subject->made_in))
		return;
	lint->explained = true;
	dbc_lint_report(lint, DBC_RULE_drop_column_blocked, deed->rebuild,
					"SQLite does not drop column %s of table %s: %s",
					quoted(lint, deed->column), deed->subject->shown,
					refused->message);
}

/* ---- a table in the place of another ---- */

/* What dropping a table does to rows of others. */
static void
judge_cascade(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const dbc_lint_object *child = deed->other;

	if (is_empty(deed->subject) || is_empty(child) || child->dropped ||
		dbc_lint_is_exempt(lint, deed->subject) ||
		dbc_lint_is_exempt(lint, child))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_rebuild_cascade,
		deed->name ? DBC_LINT_ERROR : DBC_LINT_WARNING,
		deed->rebuild
			? deed->rebuild
			: "Decide what shall become of these rows, and change them first.",
		"DROP TABLE deletes all rows of %s first%s, and ON DELETE %s then %s "
		"rows of %s%s",
		deed->subject->shown,
		deed->name ? "" : ", wherever foreign keys are enforced", deed->text,
		dbc_same(deed->text, "CASCADE") ? "deletes" : "changes", child->shown,
		dbc_lint_size_text(lint, child));
}

/* Something that the new table does not have. */
static void
judge_loss(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const char *name = deed->name ? quoted(lint, deed->name) : NULL;
	const char *thing;
	dbc_lint_severity weight = DBC_LINT_WARNING;

	if (dbc_lint_is_exempt(lint, deed->subject))
		return;
	if (dbc_same(deed->type, "option"))
		thing = deed->name;
	else if (dbc_same(deed->type, "sequence"))
		thing = "the number AUTOINCREMENT goes on with: those of rows that "
				"were deleted are given again";
	else if (dbc_same(deed->type, "constraint"))
	{
		thing = deed->text;
		weight = DBC_LINT_INFO;
	}
	else if (deed->text)
		thing =
			dbc_format(lint->host, "%s %s of column %s",
					   dbc_same(deed->type, "default") ? "DEFAULT" : "COLLATE",
					   deed->text, name);
	else
		thing = dbc_format(lint->host, "%s %s", deed->type, name);
	dbc_lint_report_as(lint, DBC_RULE_rebuild_loses_objects, weight,
					   deed->rebuild, "table %s loses %s", deed->other->shown,
					   thing);
}

/* A column whose values may be null where they are copied to takes none. */
static void
judge_not_null(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const char *column = quoted(lint, deed->column);

	if (is_empty(deed->subject) || dbc_lint_is_exempt(lint, deed->subject) ||
		!dbc_same(deed->command, "INSERT ... SELECT"))
		return;
	dbc_lint_report(
		lint, DBC_RULE_nullable_to_notnull_no_default,
		dbc_format(lint->host, "Select coalesce(%s, %s) in its place.", column,
				   deed->text ? deed->text : "..."),
		"the copy fails if column %s of table %s%s has a null", column,
		deed->subject->shown, dbc_lint_size_text(lint, deed->subject));
}

/* A column whose values are copied into one of another type. */
static void
judge_type(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const char *column = quoted(lint, deed->column);
	const char *type = deed->type[0] ? deed->type : "no type";

	if (is_empty(deed->subject) || dbc_lint_is_exempt(lint, deed->subject))
		return;
	dbc_lint_report(
		lint, DBC_RULE_change_type_affinity,
		dbc_format(lint->host,
				   "SELECT typeof(%s), count(*) FROM %s GROUP BY 1;", column,
				   deed->subject->shown),
		deed->flags & DBC_OP_STRICT_TABLE
			? "the copy fails at values of column %s of table %s that are "
			  "not of type %s"
			: "values of column %s of table %s are copied into %s, which "
			  "SQLite does not convert unless nothing is lost by it",
		column, deed->subject->shown, type);
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

/* A PRAGMA; *told is whether the script has heard of foreign keys. */
static void
judge_setting(dbc_lint *lint, const dbc_lint_operation *deed, void **told)
{
	if (!deed->text)
		return;
	if (dbc_same(deed->name, "foreign_keys") && lint->transactional && !*told)
	{
		*told = lint;
		dbc_lint_report(
			lint, DBC_RULE_pragma_fk_in_txn,
			"Leave the script to dbmigrate_apply() or "
			"dbmigrate_deploy().",
			"inside a transaction SQLite ignores PRAGMA foreign_keys; "
			"dbcare does what it asks for until the script ends, and "
			"checks all foreign keys then");
	}
	if (dbc_same(deed->name, "writable_schema") && !is_off(deed->text))
		dbc_lint_report(
			lint, DBC_RULE_writable_schema,
			"Use ALTER TABLE or dbmigrate_rebuild().",
			"PRAGMA writable_schema lets the script write the schema by "
			"hand");
}

/* Looks at a statement as a whole: it has at least one deed. */
static void
judge_statement(dbc_lint *lint, const dbc_lint_operation *deed)
{
	if (deed != lint->readings[lint->statement].deeds || !lint->transactional ||
		!is_outside(lint))
		return;
	dbc_lint_report(lint, DBC_RULE_vacuum_or_journal_in_txn,
					"Register it as a migration of its own, with the option "
					"{\"transactional\": false}, for dbmigrate_deploy().",
					"%s cannot do its work inside a transaction",
					lint->script->statements[lint->statement].command);
}

void
dbc_lint_check_sqlite(dbc_lint *lint, const dbc_lint_operation *deed,
					  void **state)
{
	if (!deed || lint->engine != DBC_ON_SQLITE)
		return;
	judge_statement(lint, deed);
	switch (deed->verb)
	{
		case DBC_V_ADD_COLUMN:
			judge_add_column(lint, deed);
			break;
		case DBC_V_DROP_COLUMN:
			judge_drop_column(lint, deed);
			break;
		case DBC_V_CASCADE:
			judge_cascade(lint, deed);
			break;
		case DBC_V_LOSE:
			judge_loss(lint, deed);
			break;
		case DBC_V_SET_NOT_NULL:
			judge_not_null(lint, deed);
			break;
		case DBC_V_CHANGE_TYPE:
			judge_type(lint, deed);
			break;
		case DBC_V_SET:
			judge_setting(lint, deed, state);
			break;
		case DBC_V_TAKE_FOR_TEXT:
			dbc_lint_report(
				lint, DBC_RULE_double_quoted_string,
				"Write text in single quotes.",
				"\"%s\" is no name there, so SQLite takes it for text",
				deed->name);
			break;
		default:
			break;
	}
}
