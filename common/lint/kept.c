/*
 * kept.c
 *	  Columns of tables whose deleted rows are kept, or whose changes are
 * logged.
 *
 * A row returns only as it was: what the script does to a column decides
 * whether those that are kept so far can.
 */
#include "common/lint/context.h"

#include "common/core/tables.h"

/* Columns of lint/kept.sql. */
enum
{
	K_HAS_TRASH,
	K_IS_LOGGED
};

static void
report(dbc_lint *lint, dbc_lint_severity severity,
	   const dbc_lint_operation *operation, const char *suggestion,
	   const char *what)
{
	dbc_lint_report_as(lint, DBC_RULE_kept_rows, severity, suggestion,
					   "column %s of %s %s",
					   dbc_lint_quote(lint, operation->column),
					   operation->object->shown, what);
}

static void
check_trash(dbc_lint *lint, const dbc_lint_operation *operation)
{
	static const char before[] =
		"Restore or purge the deleted rows first: dbarchive_deleted() lists "
		"them, with their values also afterwards.";

	if (operation->verb == DBC_V_RENAME_COLUMN)
		report(lint, DBC_LINT_INFO, operation, NULL,
			   "is renamed: deleted rows that are kept return to it under its "
			   "new name");
	else if (operation->verb == DBC_V_DROP_COLUMN)
		report(lint, DBC_LINT_WARNING, operation, before,
			   "is dropped: deleted rows that are kept cannot be restored any "
			   "more");
	else if (!dbc_lint_has_flag(operation, DBC_OP_NO_REWRITE))
		report(lint, DBC_LINT_WARNING, operation, before,
			   "gets another type: deleted rows that are kept cannot be "
			   "restored any more");
}

static void
check_log(dbc_lint *lint, const dbc_lint_operation *operation)
{
	if (operation->verb == DBC_V_DROP_COLUMN)
		report(lint, DBC_LINT_WARNING, operation,
			   "Undo what is to be undone first; dbaudit_log() and "
			   "dbaudit_history() return the values also afterwards.",
			   "is dropped: rows that dbaudit_undo() restores later have no "
			   "value of it");
}

void
dbc_lint_check_kept(dbc_lint *lint, const dbc_lint_operation *operation,
					void **state)
{
	const dbc_rows *rows;

	(void) state;
	if (!operation || !operation->object || !operation->object->id ||
		(operation->verb != DBC_V_RENAME_COLUMN &&
		 operation->verb != DBC_V_DROP_COLUMN &&
		 operation->verb != DBC_V_CHANGE_TYPE) ||
		lint->engine != lint->host->engine ||
		dbc_lint_is_exempt(lint, operation->object) ||
		!dbc_has_tables(lint->host))
		return;
	rows = dbc_query(lint->host, "lint/kept", dbc_text(operation->object->id));
	if (dbc_get_bool(lint->host, rows, 0, K_HAS_TRASH))
		check_trash(lint, operation);
	if (dbc_get_bool(lint->host, rows, 0, K_IS_LOGGED))
		check_log(lint, operation);
}
