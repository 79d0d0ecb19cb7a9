/*
 * drop.c
 *	  Rules of dbmigrate_lint about what is dropped, emptied or renamed.
 */
#include "common/lint/rewrite.h"

/* What ends a name that programs may still use. */
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

/* The rule about dropping or renaming a type of thing, or DBC_NRULES. */
static dbc_lint_rule_id
rule_of(const dbc_lint_operation *deed)
{
	size_t i;

	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (dbc_same(named[i].type, deed->subject->type))
			return deed->verb == DBC_V_DROP ? named[i].dropped
											: named[i].renamed;
	return DBC_NRULES;
}

/* Whether the script makes something of a name. */
static bool
makes(const dbc_lint *lint, const char *name)
{
	int s;
	int d;

	for (s = 0; s < lint->script->nstatements; s++)
		for (d = 0; d < lint->readings[s].ndeeds; d++)
		{
			const dbc_lint_operation *deed = &lint->readings[s].deeds[d];

			if (deed->verb == DBC_V_CREATE && deed->subject &&
				dbc_same(deed->subject->name, name))
				return true;
		}
	return false;
}

/* Whether what the script drops was made anew: something gets its name later,
 * or it was put aside, under another name, for something that has its name now.
 */
static bool
is_replaced(const dbc_lint *lint, const dbc_lint_operation *drop)
{
	int s;
	int d;

	/* SQLite's reader knows whether the rows are in the new one */
	if (lint->engine == DBC_ON_SQLITE)
		return drop->other != NULL;
	for (s = 0; s < lint->script->nstatements; s++)
		for (d = 0; d < lint->readings[s].ndeeds; d++)
		{
			const dbc_lint_operation *deed = &lint->readings[s].deeds[d];

			if (deed->verb == DBC_V_RENAME && deed->new_name &&
				dbc_same(deed->new_name, drop->subject->name) &&
				(s > lint->statement || makes(lint, deed->subject->name)))
				return true;
		}
	return false;
}

/* What goes with something because it depends on it. */
static void
judge_cascade(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const char *name = deed->column ? deed->column : deed->name;
	dbc_lint_severity weight;

	if (dbc_lint_has_flag(deed, DBC_OP_CASCADE) &&
		dbc_lint_rate_break(lint, DBC_RULE_drop_cascade, deed->subject,
							&weight))
		dbc_lint_report(
			lint, DBC_RULE_drop_cascade,
			"Leave CASCADE out and drop what depends on it by name.",
			"%s ... CASCADE drops all that depends on %s, too", deed->command,
			name ? dbc_lint_quote(lint, name) : deed->subject->shown);
}

/* A table, schema or database that is gone. */
static void
judge_drop(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_rule_id rule = rule_of(deed);
	dbc_lint_severity weight;

	judge_cascade(lint, deed);
	if (rule == DBC_NRULES ||
		!dbc_lint_rate_break(lint, rule, deed->subject, &weight) ||
		is_replaced(lint, deed))
		return;
	dbc_lint_report_as(
		lint, rule, weight,
		"Stop using it first; keep a copy, or rename it and drop "
		"it when nothing has missed it.",
		"%s %s is gone with all that is in it", deed->subject->type,
		dbc_lint_sized_name(lint, deed->subject));
}

/* A column that is gone. */
static void
judge_drop_column(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const char *column = dbc_lint_quote(lint, deed->column);
	dbc_lint_severity weight;

	judge_cascade(lint, deed);
	if (!dbc_lint_rate_break(lint, DBC_RULE_drop_column, deed->subject,
							 &weight))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_drop_column, weight,
		dbc_lint_has_flag(deed, DBC_OP_NOT_NULL)
			? dbc_format(lint->host,
						 "-- migration 1, with the program that does not use "
						 "it any more\n"
						 "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL;\n"
						 "-- migration 2, when no other program runs\n"
						 "ALTER TABLE %s DROP COLUMN %s;",
						 deed->subject->shown, column, deed->subject->shown,
						 column)
			: "Drop it when no program that uses it runs any more.",
		"column %s of %s is gone with its values", column,
		dbc_lint_sized_name(lint, deed->subject));
}

/* All rows at once. */
static void
judge_truncate(dbc_lint *lint, const dbc_lint_operation *deed)
{
	bool cascade = (dbc_lint_has_flag(deed, DBC_OP_CASCADE)) != 0;
	dbc_lint_rule_id rule =
		cascade ? DBC_RULE_truncate_cascade : DBC_RULE_truncate;
	dbc_lint_severity weight;

	if (!dbc_lint_rate_break(lint, rule, deed->subject, &weight))
		return;
	dbc_lint_report_as(
		lint, rule, weight,
		cascade ? "Leave CASCADE out and name the tables."
				: "Keep a copy of the rows, or delete those that "
				  "are not needed.",
		cascade ? "TRUNCATE ... CASCADE empties %s and every table "
				  "that refers to it"
				: "TRUNCATE empties %s",
		dbc_lint_sized_name(lint, deed->subject));
}

/* What helps those who still use the old name of a table. */
static const char *
view_for(const dbc_lint *lint, const dbc_lint_operation *deed)
{
	const dbc_lint_object *subject = deed->subject;
	const char *schema = subject->schema
							 ? dbc_format(lint->host, "%s.",
										  dbc_lint_quote(lint, subject->schema))
							 : "";

	return dbc_format(
		lint->host,
		"%s;\n"
		"-- until no program uses the old name any more%s\n"
		"CREATE VIEW %s AS SELECT * FROM %s%s;",
		dbc_lint_statement_text(lint),
		lint->engine == DBC_ON_SQLITE ? "; it can only be read" : "",
		subject->shown, schema, dbc_lint_quote(lint, deed->new_name));
}

/* What a renaming takes away. */
static const char *
old_name(const dbc_lint_operation *deed)
{
	return deed->verb == DBC_V_RENAME_COLUMN ? deed->column
											 : deed->subject->name;
}

/* Whether two renamings put one thing into the place of another. */
static bool
is_swap(const dbc_lint_operation *deed, const dbc_lint_operation *other)
{
	return other->verb == deed->verb && other->subject &&
		   (deed->verb == DBC_V_RENAME || other->subject == deed->subject) &&
		   (dbc_same(other->new_name, old_name(deed)) ||
			dbc_same(deed->new_name, old_name(other)));
}

/* Whether a renaming is half of such a swap, or makes room for something new:
 * then programs find the name. */
static bool
is_swapped(const dbc_lint *lint, const dbc_lint_operation *deed)
{
	int s;
	int d;

	if (deed->verb == DBC_V_RENAME && makes(lint, old_name(deed)))
		return true;
	for (s = 0; s < lint->script->nstatements; s++)
		for (d = 0; d < lint->readings[s].ndeeds; d++)
			if (is_swap(deed, &lint->readings[s].deeds[d]))
				return true;
	return false;
}

/* A table or schema with another name. */
static void
judge_rename(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_rule_id rule = rule_of(deed);
	dbc_lint_severity weight;

	if (rule == DBC_NRULES || deed->other ||
		!dbc_lint_rate_break(lint, rule, deed->subject, &weight) ||
		is_swapped(lint, deed))
		return;
	dbc_lint_report_as(
		lint, rule, weight,
		rule == DBC_RULE_rename_table
			? view_for(lint, deed)
			: "Make a new one, move what is in it step by step, and drop the "
			  "old one when nothing uses it.",
		"%s %s is not found under that name any more", deed->subject->type,
		deed->subject->shown);
}

/* A column with another name. */
static void
judge_rename_column(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;

	if (dbc_lint_has_added_column(lint, deed->subject, deed->column) ||
		!dbc_lint_rate_break(lint, DBC_RULE_rename_column, deed->subject,
							 &weight) ||
		is_swapped(lint, deed))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_rename_column, weight,
		"Add the new column, keep both equal by a trigger, fill the new one, "
		"and drop the old one when no program uses it any more.",
		"column %s of %s is not found under that name any more",
		dbc_lint_quote(lint, deed->column), deed->subject->shown);
}

/* A value of an enum with another name. */
static void
judge_rename_value(dbc_lint *lint, const dbc_lint_operation *deed)
{
	if (!dbc_lint_is_exempt(lint, deed->subject))
		dbc_lint_report(
			lint, DBC_RULE_rename_enum_value,
			"Add the new value, change the rows, and leave the old one.",
			"programs that write the value \"%s\" of type %s fail", deed->name,
			deed->subject->shown);
}

void
dbc_lint_check_drop(dbc_lint *lint, const dbc_lint_operation *deed,
					void **state)
{
	(void) state;
	if (!deed || !deed->subject)
		return;
	switch (deed->verb)
	{
		case DBC_V_DROP:
			judge_drop(lint, deed);
			break;
		case DBC_V_DROP_COLUMN:
			judge_drop_column(lint, deed);
			break;
		case DBC_V_DROP_CONSTRAINT:
			judge_cascade(lint, deed);
			break;
		case DBC_V_TRUNCATE:
			judge_truncate(lint, deed);
			break;
		case DBC_V_RENAME:
			judge_rename(lint, deed);
			break;
		case DBC_V_RENAME_COLUMN:
			judge_rename_column(lint, deed);
			break;
		case DBC_V_RENAME_VALUE:
			judge_rename_value(lint, deed);
			break;
		default:
			break;
	}
}
