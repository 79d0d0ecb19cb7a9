/*
 * repair.c
 *	  dbcheck_repair: its options, finding violations, and repairing them.
 *
 * A dry run performs the whole repair, except for rebuilding indexes, and
 * rolls it back, so that its report includes cascades and failures.
 */
#include "common/check/repair.h"

#include "common/check/user_table.h"
#include "common/core/functions.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

/* Columns of check/repair_rules.sql. */
enum
{
	R_NAME,
	R_TABLE,
	R_EXPRESSION,
	R_CONDITION,
	R_REPAIR,
	R_AUTHOR
};

/* Columns of check/damaged_indexes.sql. */
enum
{
	I_NAME,
	I_PROBLEM,
	I_STATEMENT,
	I_PROBE
};

/* A data rule to count violations of, in a guard. */
typedef struct rule_call
{
	struct call *call;
	const dbc_value *cells;
	dbc_check_violated_rule **end;
} rule_call;

typedef struct call
{
	dbc_check_repair r;
	const dbcheck_repair_options *given;
	const char *options; /* as text, or NULL */
} call;

/* ---- finding what to repair ---- */

/* Performs an action on the rows that violate a rule. */
static int64_t
act_on_rule(call *c, dbc_row_action act,
			const dbc_check_violated_rule *violated, int64_t number)
{
	dbc_row_cause cause = {.constraint = violated->name,
						   .condition = violated->violated,
						   .reason = "the row violates the rule"};
	dbc_row_step step = {.set_id = c->r.id,
						 .number = number,
						 .table = &violated->table,
						 .causes = &cause,
						 .ncauses = 1,
						 .assignments = violated->assignments};

	return dbc_check_run_step(&c->r, act, &step);
}

/* Appends a rule for one table to *end, if rows of that table violate it. */
static dbc_check_violated_rule **
add_rule(call *c, const dbc_value *cells, const dbc_value *part,
		 dbc_check_violated_rule **end)
{
	dbc_host *host = c->r.host;
	const char *condition = cells[R_CONDITION].text;
	const char *repair = cells[R_REPAIR].text;
	dbc_check_violated_rule *added = dbc_alloc(host, sizeof(*added));

	*added = (dbc_check_violated_rule){
		.name = cells[R_NAME].text,
		.table = {part[DBC_PART_SCHEMA].text, part[DBC_PART_NAME].text,
				  part[DBC_PART_SHOWN].text, part[DBC_PART_ID].integer},
		.root = part[DBC_PART_ROOT].text,
		/* on separate lines: either may end with a comment */
		.violated = dbc_format(host, "(%s\n) and not (%s\n)",
							   condition ? condition : "1 = 1",
							   cells[R_EXPRESSION].text),
		.assignments = dbc_same(repair, "delete") ? NULL : repair};
	dbc_check_require_author(host, added->name, cells[R_AUTHOR].text,
							 &added->table);
	if (act_on_rule(c, DBC_ACT_COUNT, added, 0) == 0)
		return end;
	*end = added;
	return &added->next;
}

static bool
is_listed(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (dbc_same(*names, name))
			return true;
	return false;
}

/* Fails for the name of a rule that does not exist or has no repair. */
static void
refuse_names(dbc_host *host, const char *const *names, const dbc_rows *rows)
{
	for (; *names; names++)
	{
		int i = 0;

		while (i < rows->nrows &&
			   !dbc_same(dbc_get_text(host, rows, i, R_NAME), *names))
			i++;
		if (i == rows->nrows)
			dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
					 "dbcheck_rules() lists the rules.",
					 "rule \"%s\" does not exist", *names);
		if (dbc_is_null(host, rows, i, R_REPAIR))
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Add the rule again with the option repair_sql.",
					 "rule \"%s\" has no repair_sql", *names);
	}
}

/* Finds the tables in which rows violate a rule. */
static void
find_rule(dbc_host *host, void *arg)
{
	rule_call *rule = arg;
	const char *root = rule->call->r.root;
	const dbc_rows *parts =
		dbc_check_find_partitions(host, rule->cells[R_TABLE].text);

	for (int i = 0; i < parts->nrows; i++)
		if (!root ||
			dbc_same(dbc_get_text(host, parts, i, DBC_PART_ROOT), root))
			rule->end =
				add_rule(rule->call, rule->cells,
						 dbc_get_row(host, parts, i, "tttti"), rule->end);
}

/* The same for a rule not requested by name: if it fails, it is reported as
 * unknown and others are still repaired. */
static dbc_check_violated_rule **
inspect_rule(call *c, const dbc_value *cells, dbc_check_violated_rule **end)
{
	rule_call rule = {c, cells, end};
	dbc_check_violated_rule **place = &c->r.unread;
	dbc_error error;

	if (dbc_guard(c->r.host, find_rule, &rule, DBC_KEEP, true, &error))
		return rule.end;
	*end = NULL;
	while (*place)
		place = &(*place)->next;
	*place = dbc_alloc(c->r.host, sizeof(**place));
	**place = (dbc_check_violated_rule){.name = cells[R_NAME].text,
										.table = {.shown = cells[R_TABLE].text},
										.reason = error.message};
	return end;
}

/* Finds the violated rules among names; NULL: among all that have a repair. */
static void
find_rules(call *c, const char *const *names)
{
	static const dbc_rows none = {0};
	dbc_host *host = c->r.host;
	const dbc_rows *rows =
		!dbc_has_tables(host) ? &none : dbc_query(host, "check/repair_rules");
	rule_call rule = {.call = c, .end = &c->r.rules};

	c->r.named_rules = names != NULL;
	if (names)
		refuse_names(host, names, rows);
	for (int i = 0; i < rows->nrows; i++)
	{
		rule.cells = dbc_get_row(host, rows, i, "tttTTT");
		if (!names && rule.cells[R_REPAIR].kind != DBC_NULL)
			rule.end = inspect_rule(c, rule.cells, rule.end);
		else if (names && is_listed(names, rule.cells[R_NAME].text))
			find_rule(host, &rule);
	}
}

static void
run_probe(dbc_host *host, void *probe)
{
	dbc_query_text(host, probe);
}

/* The problem of an index, or NULL. */
static const char *
problem_of(dbc_host *host, const dbc_value *cells)
{
	char *probe = (char *) cells[I_PROBE].text;
	dbc_error error;

	if (cells[I_PROBE].kind == DBC_NULL)
		return cells[I_PROBLEM].text;
	if (dbc_guard(host, run_probe, probe, DBC_UNDO, true, &error))
		return NULL;
	/* any other error does not show damage */
	if (!dbc_check_is_damage(&error))
		dbc_rethrow(host, &error);
	return error.message;
}

static void
find_indexes(call *c)
{
	dbc_host *host = c->r.host;
	dbc_value root = dbc_text(c->r.root);
	const dbc_rows *rows = dbc_query(host, "check/damaged_indexes", root);

	c->r.indexes =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*c->r.indexes));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tTtT");
		const char *problem = problem_of(host, cells);

		if (problem)
			c->r.indexes[c->r.nindexes++] = (dbc_check_damaged_index){
				cells[I_NAME].text, problem, cells[I_STATEMENT].text};
	}
}

static void
find_repairs(call *c)
{
	const dbcheck_repair_options *given = c->given;
	/* nothing requested: report everything */
	bool all =
		!given->orphans.given && !given->rules.given && !given->indexes.given;

	if (all && !c->r.dry_run)
		dbc_fail(c->r.host, DBC_INVALID_PARAMETER, NULL,
				 "Set the option orphans, rules or indexes.",
				 "no repair was requested");
	if (given->relation.given)
		c->r.root = dbc_get_text(
			c->r.host,
			dbc_check_find_partitions(c->r.host, given->relation.text), 0,
			DBC_PART_ROOT);
	if (all || given->indexes.integer)
		find_indexes(c);
	dbc_check_read_foreign_keys(&c->r, all || given->orphans.given);
	if (!given->despite_damage.integer)
		dbc_check_refuse_lost(&c->r);
	if (all || given->rules.given)
		find_rules(c, (const char *const *) given->rules.texts);
}

static bool
found_any(const call *c)
{
	for (int i = 0; i < c->r.nkeys; i++)
		if (c->r.keys[i].chosen && !c->r.keys[i].reason)
			return true;
	return c->r.rules || c->r.nindexes > 0;
}

/* ---- repairing ---- */

/* Records the repair, which sets its number. */
static void
begin_repair(call *c)
{
	dbc_host *host = c->r.host;

	dbc_need_tables(host);
	c->r.id = dbc_get_int(
		host,
		dbc_query(host, "check/repair_add",
				  dbc_text(dbc_actor(host, dbc_read_settings(host))),
				  dbc_text(c->options), dbc_text(host->role)),
		0, 0);
}

static void
repair_rule(call *c, dbc_check_violated_rule *violated)
{
	int64_t number = ++c->r.steps;
	int64_t left;

	violated->rows = act_on_rule(c, DBC_ACT_SAVE, violated, number);
	act_on_rule(c, DBC_ACT_CHANGE, violated, number);
	left = act_on_rule(c, DBC_ACT_COUNT, violated, number);
	if (left > 0)
		dbc_fail(c->r.host, DBC_ASSERT_FAILURE, NULL,
				 "Change the repair_sql of the rule so that repaired rows "
				 "satisfy the rule.",
				 "%s of %s would still violate the rule \"%s\"",
				 dbc_count_text(c->r.host, left, "row"), violated->table.shown,
				 violated->name);
	dbc_check_mark_changed(&c->r, violated->root);
}

/* Undoes the repair, in a guard that rolls the undo back. */
static void
take_back(dbc_host *host, void *arg)
{
	call *c = arg;
	bool elsewhere = false;

	(void) dbc_check_undo_repair(host, c->r.id, false, dbc_json_array(host),
								 &elsewhere, &c->r.table, NULL);
	c->r.table = NULL;
}

/* Fails unless the repair can be undone: the engine might not accept the old
 * rows again.  A dry run only reports that. */
static void
require_way_back(call *c)
{
	dbc_host *host = c->r.host;
	dbc_error error;

	if (dbc_guard(host, take_back, c, DBC_UNDO, false, &error))
		return;
	if (error.by_owner)
		dbc_rethrow(host, &error);
	c->r.obstacle = error.message;
	if (!c->r.dry_run)
		dbc_fail(host, error.sqlstate,
				 dbc_format(host, "The reason: %s.", error.message),
				 "Repair the rows manually; dbcheck_constraints() lists their "
				 "violations.",
				 "rows that the repair would change could not be restored by "
				 "an undo");
}

static void
repair(dbc_host *host, void *arg)
{
	call *c = arg;

	c->r.unfired.count = 0;
	begin_repair(c);
	dbc_check_mark_all_reached(&c->r);
	for (int i = 0; i < c->r.nindexes && !c->r.dry_run; i++)
		dbc_query_text(host, c->r.indexes[i].statement);
	for (dbc_check_violated_rule *violated = c->r.rules; violated;
		 violated = violated->next)
		dbc_check_lock_table(&c->r, violated->root);
	dbc_check_prepare_foreign_keys(&c->r);
	for (dbc_check_violated_rule *violated = c->r.rules; violated;
		 violated = violated->next)
		repair_rule(c, violated);
	dbc_check_repair_orphans(&c->r);
	dbc_check_repair_cascade(&c->r);
	dbc_check_verify_foreign_keys(&c->r);
	if (!c->r.dry_run && !c->given->cascade.integer &&
		dbc_check_describe_cascade(&c->r))
		dbc_fail(host, DBC_FOREIGN_KEY, dbc_check_describe_cascade(&c->r),
				 "To delete these rows as well, add {\"cascade\": true} to the "
				 "options.",
				 "other rows reference rows that the repair would delete");
	dbc_check_save_table_identities(host, c->r.id);
	require_way_back(c);
}

/* dbcheck_repair(options) */
DBC_RUN(dbcheck_repair)
{
	const dbcheck_repair_options *given =
		dbc_read_options(host, &args->options, dbcheck_repair_options);
	call c = {.r = {.host = host,
					.dry_run = dbc_option_or(&given->dry_run, true),
					.set_null = given->orphans.given &&
								dbc_same(given->orphans.text, "set_null"),
					.fires = given->triggers.given},
			  .given = given,
			  .options = args->options.text};
	dbc_error error;

	if (!c.r.dry_run)
		dbc_require_confirmation(
			host, dbc_read_settings(host), given->confirm.text,
			"changes and deletes rows", "dbcheck_undo() undoes a repair.");
	dbc_lock(host, dbc_lock_timeout(host));
	find_repairs(&c);
	while (found_any(&c) &&
		   !dbc_guard(host, repair, &c, c.r.dry_run ? DBC_UNDO : DBC_KEEP,
					  false, &error))
		if (!dbc_check_skip_refused(&c.r, &error))
			dbc_rethrow(host, &error);
	dbc_check_report_repair(&c.r);
}
