/*
 * lock.c
 *	  Rules of dbmigrate_lint about locks: which ones a script takes, how long
 *	  it holds them, and whom they block.
 */
#include "common/lint/rewrite.h"

/* An object that the transaction holds a lock on which blocks writes. */
typedef struct held_lock
{
	const dbc_lint_object *object;
	dbc_lint_lock_mode lock; /* the strongest */
	int statement;			 /* which first locked the object */
	struct held_lock *next;
} held_lock;

/* A table that the script has scanned or rewritten. */
typedef struct scanned
{
	const dbc_lint_object *object;
	bool reported; /* the second scan was reported */
	struct scanned *next;
} scanned;

typedef struct lock_state
{
	int checked;		 /* statements checked so far */
	bool in_block;		 /* inside a transaction block of the script */
	bool lock_limit;	 /* the script sets lock_timeout */
	bool time_limit;	 /* the script sets statement_timeout */
	bool reported_limit; /* a missing lock_timeout was reported */
	bool reported_held_lock;
	bool reported_outside;
	held_lock *locks;
	scanned *scans;
} lock_state;

/* The state of a script, created at its first operation. */
static lock_state *
state_of(const dbc_lint *lint, void **state)
{
	if (!*state)
		*state = dbc_alloc(lint->host, sizeof(lock_state));
	return *state;
}

/* What a lock blocks. */
static const char *
blocked_access(dbc_lint_lock_mode lock)
{
	return lock == DBC_L_ACCESS_EXCLUSIVE ? "reads and writes" : "writes";
}

/* Whether the time of a statement grows with the object; TRUNCATE creates new,
 * empty files. */
static bool
takes_long(const dbc_lint *lint, const dbc_lint_effect *effect)
{
	return (effect->rewrites || effect->scans) &&
		   !dbc_starts_with(lint->script->statements[lint->statement].command,
							"TRUNCATE");
}

/* Whether an object is known to be more than small, or counts as large. */
static bool
is_large(const dbc_lint *lint, const dbc_lint_object *object)
{
	dbc_lint_severity severity;

	return (DBC_ROOM(lint->host, lint)->is_offline ||
			(object->measured && !object->may_grow)) &&
		   dbc_lint_rate_by_size(lint, DBC_RULE_lock_timeout_missing, object,
								 &severity) &&
		   severity != DBC_LINT_INFO;
}

/* ---- statements as a whole ---- */

/* The first ACCESS EXCLUSIVE lock of the transaction, or NULL. */
static const held_lock *
first_exclusive_lock(const lock_state *s)
{
	const held_lock *first = NULL;

	for (const held_lock *other = s->locks; other; other = other->next)
		if (other->lock == DBC_L_ACCESS_EXCLUSIVE &&
			(!first || other->statement < first->statement))
			first = other;
	return first;
}

/* Records a strong lock of the current statement, held until the transaction
 * ends. */
static void
record_lock(const dbc_lint *lint, lock_state *s, const dbc_lint_effect *effect)
{
	held_lock *h = s->locks;

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

/* Reports a long statement that runs while an earlier lock blocks others. */
static void
check_held_lock(dbc_lint *lint, lock_state *s, const dbc_lint_effect *effect)
{
	const held_lock *first = first_exclusive_lock(s);
	const char *command = lint->script->statements[lint->statement].command;
	dbc_lint_severity severity;

	if (s->reported_held_lock || !first || !takes_long(lint, effect) ||
		first->statement == lint->statement ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_many_statements_under_ael,
							   effect->object, &severity))
		return;
	s->reported_held_lock = true;
	dbc_lint_report_as(lint, DBC_RULE_many_statements_under_ael, severity,
					   "Put the statement into a separate migration.",
					   "%s of %s runs while other sessions can neither read "
					   "nor write %s, locked since statement %d",
					   command, dbc_lint_sized_name(lint, effect->object),
					   first->object->shown, first->statement + 1);
}

/* Reports a second scan of the same table. */
static void
check_second_scan(dbc_lint *lint, lock_state *s, const dbc_lint_effect *effect)
{
	scanned *p = s->scans;
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
		p->next = s->scans;
		s->scans = p;
	}
	else if (!p->reported &&
			 dbc_lint_rate_by_size(lint, DBC_RULE_multiple_alter_same_table,
								   effect->object, &severity))
	{
		p->reported = true;
		dbc_lint_report_as(lint, DBC_RULE_multiple_alter_same_table, severity,
						   "Combine the actions into one ALTER TABLE.",
						   "%s is scanned or rewritten a second time",
						   dbc_lint_sized_name(lint, effect->object));
	}
}

/* The statement that sets a limit, in the form that works here. */
static const char *
limit_statement(const dbc_lint *lint, const char *setting)
{
	return dbc_format(lint->host, "SET %s%s; -- first in the script",
					  dbc_lint_is_in_transaction(lint) ? "LOCAL " : "",
					  setting);
}

/* Reports a statement that may block all others without a time limit. */
static void
check_limits(dbc_lint *lint, lock_state *s, const dbc_lint_effect *effect)
{
	if (!s->lock_limit && !lint->lock_timeout_set && !s->reported_limit &&
		is_large(lint, effect->object))
	{
		s->reported_limit = true;
		dbc_lint_report(lint, DBC_RULE_lock_timeout_missing,
						limit_statement(lint, "lock_timeout = '2s'"),
						"no lock_timeout: if %s is locked, every query on it "
						"queues behind this statement",
						dbc_lint_sized_name(lint, effect->object));
	}
	if (!s->time_limit && takes_long(lint, effect) &&
		is_large(lint, effect->object))
		dbc_lint_report(lint, DBC_RULE_statement_timeout_missing,
						limit_statement(lint, "statement_timeout = '1min'"),
						"no statement_timeout: the statement may keep %s "
						"locked for any length of time",
						dbc_lint_sized_name(lint, effect->object));
}

/* Checks the effects of a statement, once for all its operations. */
static void
check_statement(dbc_lint *lint, lock_state *s)
{
	const dbc_lint_analysis *analysis = &lint->analyses[lint->statement];
	bool in_transaction = lint->atomic || s->in_block;

	for (int e = 0; e < analysis->neffects; e++)
	{
		const dbc_lint_effect *effect = &analysis->effects[e];

		if (dbc_lint_is_exempt(lint, effect->object))
			continue;
		check_held_lock(lint, s, effect);
		check_second_scan(lint, s, effect);
		if (effect->lock >= DBC_L_SHARE)
			check_limits(lint, s, effect);
	}
	for (int e = 0; e < analysis->neffects && in_transaction; e++)
		if (analysis->effects[e].lock >= DBC_L_SHARE &&
			!dbc_lint_is_exempt(lint, analysis->effects[e].object))
			record_lock(lint, s, &analysis->effects[e]);
}

/* ---- operations ---- */

/* Reports a constraint validated under the lock of an earlier statement. */
static void
check_validate(dbc_lint *lint, const lock_state *s,
			   const dbc_lint_operation *operation)
{
	const held_lock *h = s->locks;
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
		blocked_access(h->lock));
}

/* Whether the script has no other statement except settings. */
static bool
is_only_statement(const dbc_lint *lint)
{
	for (int i = 0; i < lint->script->nstatements; i++)
		if (i != lint->statement &&
			lint->script->statements[i].kind != DBC_STATEMENT_SETTING)
			return false;
	return true;
}

/* Reports a statement that cannot run inside a transaction, and so moves the
 * whole script out of one. */
static void
check_concurrent(dbc_lint *lint, lock_state *s,
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
	else if (lint->transactional && !s->reported_outside &&
			 !is_only_statement(lint))
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

/* Reports a full rewrite. */
static void
check_rewrite(dbc_lint *lint, const dbc_lint_operation *operation)
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

/* Reports REFRESH MATERIALIZED VIEW without CONCURRENTLY. */
static void
check_refresh(dbc_lint *lint, const dbc_lint_operation *operation)
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

/* Reports a trigger or rule that is created on a table in use. */
static void
check_create(dbc_lint *lint, const lock_state *s,
			 const dbc_lint_operation *operation)
{
	bool trigger = dbc_same(operation->object->type, "trigger");
	dbc_lint_rule_id rule =
		trigger ? DBC_RULE_create_trigger : DBC_RULE_create_rule;
	dbc_lint_severity severity;

	if ((!trigger && !dbc_same(operation->object->type, "rule")) ||
		!operation->other ||
		(trigger && (s->lock_limit || lint->lock_timeout_set)) ||
		!dbc_same(operation->other->type, "table") ||
		!dbc_lint_rate_by_size(lint, rule, operation->other, &severity))
		return;
	dbc_lint_report_as(lint, rule, severity,
					   trigger ? limit_statement(lint, "lock_timeout = '2s'")
							   : "Use a trigger instead of the rule.",
					   "%s locks %s against %s until the transaction ends",
					   dbc_lint_typed_name(lint, operation->object->type,
										   operation->object->name),
					   dbc_lint_sized_name(lint, operation->other),
					   trigger ? "writes" : "reads and writes");
}

/* Reports a trigger that stays disabled. */
static void
check_disable(dbc_lint *lint, const dbc_lint_operation *operation)
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

/* Records the time limits and transaction blocks of the script. */
static void
record_settings(const dbc_lint *lint, lock_state *s,
				const dbc_lint_operation *operation)
{
	if (dbc_lint_begins_transaction(lint, lint->statement))
		s->in_block = true;
	if (dbc_lint_ends_transaction(lint, lint->statement))
	{
		s->in_block = false;
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
	record_settings(lint, s, operation);
	if (s->checked <= lint->statement)
	{
		s->checked = lint->statement + 1;
		check_statement(lint, s);
	}
	check_concurrent(lint, s, operation);
	if (operation->verb == DBC_V_MOVE || operation->verb == DBC_V_REWRITE)
		check_rewrite(lint, operation);
	if (!operation->object)
		return;
	if (operation->verb == DBC_V_VALIDATE)
		check_validate(lint, s, operation);
	else if (operation->verb == DBC_V_REFRESH)
		check_refresh(lint, operation);
	else if (operation->verb == DBC_V_CREATE)
		check_create(lint, s, operation);
	else if (operation->verb == DBC_V_DISABLE_TRIGGER)
		check_disable(lint, operation);
}
