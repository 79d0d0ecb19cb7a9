/*
 * lock.c
 *	  Rules of dbmigrate_lint about locks: which are taken, for how long they
 *	  are kept, and who waits.
 */
#include "common/lint/rewrite.h"

/* An object that the transaction keeps locked against writing. */
typedef struct held
{
	const dbc_lint_object *object;
	dbc_lint_lock_mode lock; /* the strongest */
	int statement;			 /* that took it first */
	struct held *next;
} held;

/* A table that the script has read or written whole. */
typedef struct passed
{
	const dbc_lint_object *object;
	bool told; /* that it was so twice */
	struct passed *next;
} passed;

typedef struct lock_state
{
	int judged;			 /* statements that were looked at as a whole */
	bool begun;			 /* a transaction of the script's own */
	bool lock_limit;	 /* the script limits waits for locks */
	bool time_limit;	 /* and how long a statement takes */
	bool reported_limit; /* it was reported that it does not */
	bool reported_held;
	bool reported_outside;
	held *locks;
	passed *passes;
} lock_state;

/* The state of a script, made at its first operation. */
static lock_state *
state_of(const dbc_lint *lint, void **state)
{
	if (!*state)
		*state = dbc_alloc(lint->host, sizeof(lock_state));
	return *state;
}

/* What an object is locked against. */
static const char *
against(dbc_lint_lock_mode lock)
{
	return lock == DBC_L_ACCESS_EXCLUSIVE ? "reads and writes" : "writes";
}

/* Whether a statement takes as long as an object is large: new files for what
 * TRUNCATE empties take no time. */
static bool
takes_long(const dbc_lint *lint, const dbc_lint_effect *effect)
{
	return (effect->rewrites || effect->scans) &&
		   !dbc_starts_with(lint->script->statements[lint->statement].command,
							"TRUNCATE");
}

/* Whether an object is known to be more than small. */
static bool
is_large(const dbc_lint *lint, const dbc_lint_object *object)
{
	dbc_lint_severity severity;

	return object->measured && !object->may_grow &&
		   dbc_lint_rate_by_size(lint, DBC_RULE_lock_timeout_missing, object,
								 &severity) &&
		   severity != DBC_LINT_INFO;
}

/* ---- statements as a whole ---- */

/* The first lock of the transaction that keeps everybody away; NULL: none. */
static const held *
first_held(const lock_state *s)
{
	const held *first = NULL;
	const held *other;

	for (other = s->locks; other; other = other->next)
		if (other->lock == DBC_L_ACCESS_EXCLUSIVE &&
			(!first || other->statement < first->statement))
			first = other;
	return first;
}

/* Notes the strong locks of the current statement, which the transaction
 * keeps. */
static void
keep_lock(const dbc_lint *lint, lock_state *s, const dbc_lint_effect *effect)
{
	held *h = s->locks;

	while (h && h->object != effect->object)
		h = h->next;
	if (!h)
	{
		h = dbc_alloc(lint->host, sizeof(*h));
		h->object = effect->object;
		h->statement = lint->statement;
		h->next = s->locks;
		s->locks = h;
	}
	if (h->lock < effect->lock)
		h->lock = effect->lock;
}

/* A statement that takes long while others wait for an earlier one's lock. */
static void
judge_held(dbc_lint *lint, lock_state *s, const dbc_lint_effect *effect)
{
	const held *first = first_held(s);
	const char *command = lint->script->statements[lint->statement].command;
	dbc_lint_severity severity;

	if (s->reported_held || !first || !takes_long(lint, effect) ||
		first->statement == lint->statement ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_many_statements_under_ael,
							   effect->object, &severity))
		return;
	s->reported_held = true;
	dbc_lint_report_as(lint, DBC_RULE_many_statements_under_ael, severity,
					   "Put the statement into a separate migration.",
					   "%s of %s runs while other sessions can neither read "
					   "nor write %s, locked since statement %d",
					   command, dbc_lint_sized_name(lint, effect->object),
					   first->object->shown, first->statement + 1);
}

/* A second pass over the same table. */
static void
judge_pass(dbc_lint *lint, lock_state *s, const dbc_lint_effect *effect)
{
	passed *p = s->passes;
	dbc_lint_severity severity;

	if (!(effect->rewrites || effect->scans) ||
		!dbc_starts_with(lint->script->statements[lint->statement].command,
						 "ALTER"))
		return;
	while (p && p->object != effect->object)
		p = p->next;
	if (!p)
	{
		p = dbc_alloc(lint->host, sizeof(*p));
		p->object = effect->object;
		p->next = s->passes;
		s->passes = p;
	}
	else if (!p->told &&
			 dbc_lint_rate_by_size(lint, DBC_RULE_multiple_alter_same_table,
								   effect->object, &severity))
	{
		p->told = true;
		dbc_lint_report_as(lint, DBC_RULE_multiple_alter_same_table, severity,
						   "Combine the actions into one ALTER TABLE.",
						   "%s is scanned or rewritten a second time",
						   dbc_lint_sized_name(lint, effect->object));
	}
}

/* The statement that sets a limit, as it works here. */
static const char *
limit_by(const dbc_lint *lint, const char *setting)
{
	return dbc_format(lint->host, "SET %s%s; -- first in the script",
					  dbc_lint_is_in_transaction(lint) ? "LOCAL " : "",
					  setting);
}

/* A statement for which everybody may have to wait. */
static void
judge_limits(dbc_lint *lint, lock_state *s, const dbc_lint_effect *effect)
{
	if (!s->lock_limit && !lint->times_out && !s->reported_limit &&
		is_large(lint, effect->object))
	{
		s->reported_limit = true;
		dbc_lint_report(lint, DBC_RULE_lock_timeout_missing,
						limit_by(lint, "lock_timeout = '2s'"),
						"no lock_timeout: if %s is locked, every query on it "
						"queues behind this statement",
						dbc_lint_sized_name(lint, effect->object));
	}
	if (!s->time_limit && takes_long(lint, effect) &&
		is_large(lint, effect->object))
		dbc_lint_report(lint, DBC_RULE_statement_timeout_missing,
						limit_by(lint, "statement_timeout = '1min'"),
						"no statement_timeout: the statement may keep %s "
						"locked for any length of time",
						dbc_lint_sized_name(lint, effect->object));
}

/* Looks at what a statement does to objects as a whole. */
static void
judge_statement(dbc_lint *lint, lock_state *s)
{
	const dbc_lint_analysis *analysis = &lint->analyses[lint->statement];
	bool kept = lint->atomic || s->begun;
	int e;

	for (e = 0; e < analysis->neffects; e++)
	{
		const dbc_lint_effect *effect = &analysis->effects[e];

		if (dbc_lint_is_exempt(lint, effect->object))
			continue;
		judge_held(lint, s, effect);
		judge_pass(lint, s, effect);
		if (effect->lock >= DBC_L_SHARE)
			judge_limits(lint, s, effect);
	}
	for (e = 0; e < analysis->neffects && kept; e++)
		if (analysis->effects[e].lock >= DBC_L_SHARE &&
			!dbc_lint_is_exempt(lint, analysis->effects[e].object))
			keep_lock(lint, s, &analysis->effects[e]);
}

/* ---- operations ---- */

/* A constraint that is proven under the lock of what came before. */
static void
judge_validate(dbc_lint *lint, const lock_state *s,
			   const dbc_lint_operation *operation)
{
	const held *h = s->locks;
	dbc_lint_severity severity;

	while (h && h->object != operation->object)
		h = h->next;
	if (!h || !dbc_lint_rate_by_size(lint, DBC_RULE_validate_same_txn,
									 operation->object, &severity))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_validate_same_txn, severity,
		"Run VALIDATE CONSTRAINT in a separate migration after this one.",
		"%s is validated while statement %d keeps %s locked against "
		"%s",
		dbc_lint_typed_name(lint, "constraint", operation->name),
		h->statement + 1, dbc_lint_sized_name(lint, operation->object),
		against(h->lock));
}

/* Whether the current statement is all a script does, settings aside. */
static bool
is_alone(const dbc_lint *lint)
{
	int i;

	for (i = 0; i < lint->script->nstatements; i++)
		if (i != lint->statement &&
			lint->script->statements[i].kind != DBC_STATEMENT_SETTING)
			return false;
	return true;
}

/* What runs outside a transaction only, and takes the script with it. */
static void
judge_concurrent(dbc_lint *lint, lock_state *s,
				 const dbc_lint_operation *operation)
{
	const char *command = lint->script->statements[lint->statement].command;

	if (!dbc_lint_has_flag(operation, DBC_OP_CONCURRENTLY) ||
		operation->verb == DBC_V_REFRESH)
		return;
	if (dbc_lint_is_in_transaction(lint))
		dbc_lint_report(lint, DBC_RULE_concurrent_in_txn,
						"Put the statement into a separate migration without "
						"BEGIN, and run it with dbmigrate_deploy().",
						"%s cannot run inside a transaction", command);
	else if (lint->transactional && !s->reported_outside && !is_alone(lint))
	{
		s->reported_outside = true;
		dbc_lint_report_as(lint, DBC_RULE_concurrent_in_txn, DBC_LINT_WARNING,
						   "Put the statement into a separate migration, and "
						   "run it with dbmigrate_deploy().",
						   "%s cannot run inside a transaction, so the whole "
						   "script runs outside one",
						   command);
	}
}

/* A table that is written anew, all of it. */
static void
judge_rewrite(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;

	if (!operation->object ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_full_rewrite_command,
							   operation->object, &severity))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_full_rewrite_command, severity,
		operation->verb == DBC_V_REWRITE
			? "Use pg_repack, which blocks neither reads nor writes; plain "
			  "VACUUM is enough to reuse the space."
			: "Run the statement at a quiet time.",
		"%s rewrites all of %s under an ACCESS EXCLUSIVE lock",
		operation->command, dbc_lint_sized_name(lint, operation->object));
}

/* A materialized view that nobody can read meanwhile. */
static void
judge_refresh(dbc_lint *lint, const dbc_lint_operation *operation)
{
	static const char *const view[] = {"view", NULL};
	dbc_lint_severity severity;

	if (dbc_lint_has_flag(operation, DBC_OP_CONCURRENTLY) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_matview_refresh,
							   operation->object, &severity))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_matview_refresh, severity,
		dbc_format(lint->host,
				   "-- needs a unique index on columns of the view\n%s;",
				   dbc_lint_insert_words(lint, view, "CONCURRENTLY")),
		"%s cannot be read while it is refreshed",
		dbc_lint_sized_name(lint, operation->object));
}

/* A trigger or a rule of a table that others use. */
static void
judge_create(dbc_lint *lint, const lock_state *s,
			 const dbc_lint_operation *operation)
{
	bool trigger = dbc_same(operation->object->type, "trigger");
	dbc_lint_rule_id rule =
		trigger ? DBC_RULE_create_trigger : DBC_RULE_create_rule;
	dbc_lint_severity severity;

	if ((!trigger && !dbc_same(operation->object->type, "rule")) ||
		!operation->other || (trigger && (s->lock_limit || lint->times_out)) ||
		!dbc_same(operation->other->type, "table") ||
		!dbc_lint_rate_by_size(lint, rule, operation->other, &severity))
		return;
	dbc_lint_report_as(lint, rule, severity,
					   trigger ? limit_by(lint, "lock_timeout = '2s'")
							   : "Use a trigger instead of the rule.",
					   "%s locks %s against %s until the transaction ends",
					   dbc_lint_typed_name(lint, operation->object->type,
										   operation->object->name),
					   dbc_lint_sized_name(lint, operation->other),
					   trigger ? "writes" : "reads and writes");
}

/* A trigger that does nothing for a time. */
static void
judge_disable(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;

	if (!dbc_lint_rate_break(lint, DBC_RULE_disable_trigger, operation->object,
							 &severity) ||
		dbc_lint_find_operation(
			lint, lint->statement + 1, lint->script->nstatements,
			DBC_VERB(ENABLE_TRIGGER), operation->object, NULL))
		return;
	dbc_lint_report_as(lint, DBC_RULE_disable_trigger, severity,
					   "Enable the trigger again in the same script.",
					   "%s of %s stays disabled after the script",
					   dbc_lint_typed_name(lint, "trigger", operation->name),
					   operation->object->shown);
}

/* Limits that a script sets, and transactions of its own. */
static void
note_settings(const dbc_lint *lint, lock_state *s,
			  const dbc_lint_operation *operation)
{
	if (dbc_lint_begins_transaction(lint, lint->statement))
		s->begun = true;
	if (dbc_lint_ends_transaction(lint, lint->statement))
	{
		s->begun = false;
		s->locks = NULL;
	}
	if (operation->verb != DBC_V_SET || !operation->name || !operation->text)
		return;
	if (dbc_same(operation->name, "lock_timeout"))
		s->lock_limit = !dbc_same(operation->text, "0");
	if (dbc_same(operation->name, "statement_timeout"))
		s->time_limit = !dbc_same(operation->text, "0");
}

void
dbc_lint_check_lock(dbc_lint *lint, const dbc_lint_operation *operation,
					void **state)
{
	lock_state *s;

	if (!operation)
		return;
	s = state_of(lint, state);
	note_settings(lint, s, operation);
	if (s->judged <= lint->statement)
	{
		s->judged = lint->statement + 1;
		judge_statement(lint, s);
	}
	judge_concurrent(lint, s, operation);
	if (operation->verb == DBC_V_MOVE || operation->verb == DBC_V_REWRITE)
		judge_rewrite(lint, operation);
	if (!operation->object)
		return;
	if (operation->verb == DBC_V_VALIDATE)
		judge_validate(lint, s, operation);
	else if (operation->verb == DBC_V_REFRESH)
		judge_refresh(lint, operation);
	else if (operation->verb == DBC_V_CREATE)
		judge_create(lint, s, operation);
	else if (operation->verb == DBC_V_DISABLE_TRIGGER)
		judge_disable(lint, operation);
}
