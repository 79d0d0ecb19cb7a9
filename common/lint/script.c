/*
 * script.c
 *	  Rules of dbmigrate_lint about a script as a whole.
 */
#include "common/lint/rule.h"

/* A setting changed by the script. */
typedef struct setting
{
	const char *name;
	const char *value;
	int statement;
	struct setting *next;
} setting;

typedef struct script_state
{
	setting *settings; /* not reset yet */
} script_state;

/* The state of a script, created at its first operation. */
static script_state *
state_of(const dbc_lint *lint, void **state)
{
	if (!*state)
		*state = dbc_alloc(lint->host, sizeof(script_state));
	return *state;
}

/* Records a changed setting; a second change to another value counts as a
 * reset. */
static void
record_setting(const dbc_lint *lint, script_state *s,
			   const dbc_lint_operation *operation)
{
	setting **place;
	setting *added;

	if (!operation->name || !operation->text ||
		(operation->flags & DBC_OP_LOCAL))
		return;
	for (place = &s->settings; *place; place = &(*place)->next)
		if (dbc_same((*place)->name, operation->name))
		{
			if (!dbc_same((*place)->value, operation->text))
				*place = (*place)->next;
			return;
		}
	added = dbc_alloc(lint->host, sizeof(*added));
	added->name = operation->name;
	added->value = operation->text;
	added->statement = lint->statement;
	*place = added;
}

/* Reports settings that the script does not reset. */
static void
report_settings(dbc_lint *lint, const script_state *s)
{
	const int end = lint->statement;

	for (const setting *left = s->settings; left; left = left->next)
	{
		lint->statement = left->statement;
		dbc_lint_report(lint, DBC_RULE_session_setting_leak,
						lint->engine == DBC_ON_SQLITE
							? "Reset the setting at the end of the script."
							: "Use SET LOCAL, or reset the setting at the end "
							  "of the script.",
						"setting \"%s\" stays changed after the script",
						left->name);
	}
	lint->statement = end;
}

/* Whether a range of statements contains only settings. */
static bool
only_settings(const dbc_script *script, int from, int to)
{
	for (; from < to; from++)
		if (script->statements[from].kind != DBC_STATEMENT_SETTING)
			return false;
	return true;
}

/* Whether a statement begins or ends a transaction. */
static bool
is_transaction(const dbc_statement *statement)
{
	return statement->kind == DBC_STATEMENT_BEGIN ||
		   statement->kind == DBC_STATEMENT_COMMIT ||
		   statement->kind == DBC_STATEMENT_TRANSACTION;
}

/* Whether BEGIN and COMMIT follow each other by turns, as dbcare runs them. */
static bool
has_turns(const dbc_script *script)
{
	const dbc_statement *last = NULL;
	int count = 0;

	for (int i = 0; i < script->nstatements; i++)
	{
		const dbc_statement *s = &script->statements[i];

		if (!is_transaction(s) ||
			(s->kind == DBC_STATEMENT_TRANSACTION && s->sets_transaction &&
			 last && last->kind == DBC_STATEMENT_BEGIN))
			continue;
		if (s->kind == DBC_STATEMENT_TRANSACTION ||
			(last && last->kind == s->kind))
			return false;
		last = s;
		count++;
	}
	return count % 2 == 0;
}

/* Reports transaction statements, except pairs. */
static void
report_transactions(dbc_lint *lint)
{
	const dbc_script *script = lint->script;
	const int end = lint->statement;
	int begin = 0;
	int commit = script->nstatements - 1;
	bool paired;

	while (begin < script->nstatements &&
		   !is_transaction(&script->statements[begin]))
		begin++;
	while (commit >= 0 && !is_transaction(&script->statements[commit]))
		commit--;
	if (commit < 0 || has_turns(script))
		return;
	paired = begin < commit &&
			 script->statements[begin].kind == DBC_STATEMENT_BEGIN &&
			 script->statements[commit].kind == DBC_STATEMENT_COMMIT &&
			 only_settings(script, 0, begin) &&
			 only_settings(script, commit + 1, script->nstatements);
	if (begin == commit &&
		script->statements[begin].kind == DBC_STATEMENT_BEGIN)
	{
		lint->statement = begin;
		dbc_lint_report(
			lint, DBC_RULE_uncommitted,
			"Remove the statement: the script already runs in a transaction.",
			"%s opens a transaction that is never committed",
			script->statements[begin].command);
		lint->statement = end;
		return;
	}
	for (int i = begin; i <= commit; i++)
		if (is_transaction(&script->statements[i]) &&
			!(paired && (i == begin || i == commit)))
		{
			lint->statement = i;
			dbc_lint_report(
				lint, DBC_RULE_txn_nesting,
				"Remove the statement, or split the script into several "
				"migrations.",
				"%s cannot run inside the transaction of the migration",
				script->statements[i].command);
		}
	lint->statement = end;
}

/* Whether an operation fails when it is repeated. */
static bool
fails_again(const dbc_lint_operation *operation)
{
	if (operation->flags & (DBC_OP_IF_EXISTS | DBC_OP_INITIAL))
		return false;
	return operation->verb == DBC_V_CREATE || operation->verb == DBC_V_DROP ||
		   operation->verb == DBC_V_ADD_COLUMN ||
		   operation->verb == DBC_V_DROP_COLUMN ||
		   operation->verb == DBC_V_CREATE_INDEX ||
		   operation->verb == DBC_V_DROP_INDEX;
}

void
dbc_lint_check_script(dbc_lint *lint, const dbc_lint_operation *operation,
					  void **state)
{
	script_state *s = state_of(lint, state);

	if (!operation)
	{
		report_transactions(lint);
		report_settings(lint, s);
		if (!lint->reversible)
			dbc_lint_report(lint, DBC_RULE_irreversible,
							"Write a down script; a comment that explains why "
							"the migration cannot be reverted is enough.",
							"the migration has no down script");
	}
	else if (operation->verb == DBC_V_SET)
		record_setting(lint, s, operation);
	else if (!lint->atomic && lint->script->nstatements > 1 &&
			 fails_again(operation))
		dbc_lint_report(lint, DBC_RULE_missing_if_exists,
						"Add IF EXISTS or IF NOT EXISTS.",
						"%s fails when the script is run again after a failure",
						lint->script->statements[lint->statement].command);
}
