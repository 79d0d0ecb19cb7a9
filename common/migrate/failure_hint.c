/*
 * failure_hint.c
 *	  Hints of a failed migration: which call shows the rows that a constraint
 *	  refuses, creates the ledger that a script uses, or takes over that of the
 *	  tool that has run the script before, and that a function must come first
 *	  in its transaction.
 */
#include "common/migrate/run.h"

#include <string.h>

#include "common/adopt/adopt.h"
#include "common/core/text.h"

/* Resolves the table of an error. */
static void
resolve(dbc_host *host, void *error)
{
	(void) dbc_resolve(host, ((const dbc_error *) error)->relation);
}

/* The calls that add a data rule and show its violations. */
static const char *
add_rule(dbc_host *host, const dbc_error *error, const char *rule)
{
	dbc_buffer options;

	dbc_buffer_init(&options, host);
	dbc_append(&options, "{\"relation\": ");
	dbc_json_append_string(&options, error->relation);
	dbc_append(&options, "}");
	return dbc_format(
		host,
		"To see the rows: SELECT dbcheck_rule_add(%s, %s, %s); "
		"SELECT * FROM dbcheck_run(%s);",
		dbc_literal(host, dbc_format(host, "new on %s", error->relation)),
		dbc_literal(host, error->relation), dbc_literal(host, rule),
		dbc_literal(host, options.data));
}

/* The rule that no other row has the same values. */
static const char *
unique_rule(dbc_host *host, const dbc_error *error)
{
	return dbc_format(host,
					  "(%s) NOT IN (SELECT %s FROM %s GROUP BY %s HAVING "
					  "count(*) > 1)",
					  error->columns, error->columns, error->relation,
					  error->columns);
}

/* The call for a constraint that a statement adds. */
static const char *
hint_for_constraint(dbc_host *host, const dbc_error *error)
{
	const char *table = dbc_literal(host, error->relation);

	if (dbc_same(error->sqlstate, "23502") && error->columns)
		return add_rule(host, error,
						dbc_format(host, "%s IS NOT NULL", error->columns));
	if (dbc_same(error->sqlstate, "23505") && error->columns)
		return add_rule(host, error, unique_rule(host, error));
	if (dbc_same(error->sqlstate, DBC_FOREIGN_KEY))
		return dbc_format(
			host,
			"Add the foreign key with NOT VALID. To see the rows then: "
			"SELECT * FROM dbcheck_orphans(%s);",
			table);
	if (dbc_same(error->sqlstate, "23514"))
		return dbc_format(
			host,
			"Add the constraint with NOT VALID. To see the rows then: "
			"SELECT * FROM dbcheck_constraints(%s);",
			table);
	return NULL;
}

/* Adds which call shows the rows that a constraint refuses. */
static void
hint_at_rows(dbc_migrate_runner *r, dbc_error *error)
{
	const dbc_script *script =
		r->done < r->nsteps ? r->steps[r->done].running : NULL;
	const char *hint = NULL;
	const char *command;
	dbc_error missing;

	if (!script || error->statement_no < 1 ||
		error->statement_no > script->nstatements || !error->relation ||
		error->hint || strncmp(error->sqlstate, "235", 3) != 0)
		return;
	/* the migration, or one before it in this call, may have created it */
	if (!dbc_guard(r->host, resolve, error, DBC_KEEP, true, &missing))
		return;
	command = script->statements[error->statement_no - 1].command;
	if (dbc_starts_with(command, "ALTER") || dbc_starts_with(command, "CREATE"))
		hint = hint_for_constraint(r->host, error);
	else
		hint =
			dbc_format(r->host,
					   "To see why a row is refused, pass its values: SELECT * "
					   "FROM dbcheck_row(%s, '{}');",
					   dbc_literal(r->host, error->relation));
	error->hint = hint;
}

/* The call that creates the ledger of another tool, which a script uses. */
static const char *
hint_at_ledger(dbc_host *host, const dbc_error *error)
{
	for (int t = 0; t < dbc_adopt_ntools; t++)
	{
		const dbc_adopt_tool *tool = &dbc_adopt_tools[t];

		if (tool->can_create && strstr(error->message, tool->table))
			return dbc_format(
				host,
				"The script uses the ledger of %s. To create it and keep it up "
				"to date: SELECT dbmigrate_adopt('{\"tool\": \"%s\", "
				"\"keep_old\": true}');",
				tool->name, tool->name);
	}
	return NULL;
}

/* The ledger of another tool, if there is one. */
static void
find_ledger(dbc_host *host, void *ledger)
{
	*(dbc_adopt_ledger *) ledger = dbc_adopt_find_ledger(host, NULL, NULL);
}

/* The call that takes over the ledger of another tool, where dbcare has applied nothing
 * before: that tool has, and the script may be one of those. */
static const char *
hint_at_adoption(const dbc_migrate_runner *r)
{
	dbc_adopt_ledger ledger;
	dbc_error error;
	int applied = 0;

	for (int i = 0; i < r->list.count; i++)
		applied += r->list.items[i].applied;
	if (applied > r->done ||
		!dbc_guard(r->host, find_ledger, &ledger, DBC_KEEP, true, &error))
		return NULL;
	return dbc_format(r->host,
					  "%s has run migrations here: dbmigrate_adopt() "
					  "takes over its ledger %s.",
					  ledger.tool->name, ledger.table);
}

void
dbc_migrate_add_hint(dbc_migrate_runner *r, dbc_error *error)
{
	bool is_inside =
		r->done < r->nsteps && r->steps[r->done].migration->transactional;

	if (is_inside && !error->hint &&
		dbc_same(error->sqlstate, DBC_ACTIVE_TRANSACTION))
		error->hint = "Mark the migration as one outside a transaction, by the "
					  "option transactional or as the format of its file "
					  "does, and call dbmigrate_deploy().";
	else
		hint_at_rows(r, error);
	if (!error->hint)
		error->hint = hint_at_ledger(r->host, error);
	if (!error->hint)
		error->hint = hint_at_adoption(r);
}
