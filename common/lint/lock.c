/*
 * lock.c
 *	  Rules of dbmigrate_lint about locks: which are taken, for how long they
 *	  are kept, and who waits.
 */
#include "common/lint/rewrite.h"

/* A subject that the transaction keeps locked against writing. */
typedef struct held
{
	const dbc_lint_object *subject;
	dbc_lint_lock_mode lock; /* the strongest */
	int statement;			 /* that took it first */
	struct held *next;
} held;

/* A table that the script has read or written whole. */
typedef struct passed
{
	const dbc_lint_object *subject;
	bool told; /* that it was so twice */
	struct passed *next;
} passed;

typedef struct lock_state
{
	int judged;		 /* statements that were looked at as a whole */
	bool begun;		 /* a transaction of the script's own */
	bool lock_limit; /* the script limits waits for locks */
	bool time_limit; /* and how long a statement takes */
	bool told_limit; /* it was reported that it does not */
	bool told_held;
	bool told_outside;
	held *locks;
	passed *passes;
} lock_state;

/* The state of a script, made at its first deed. */
static lock_state *
state_of(const dbc_lint *lint, void **state)
{
	if (!*state)
		*state = dbc_alloc(lint->host, sizeof(lock_state));
	return *state;
}

/* What a subject is locked against. */
static const char *
against(dbc_lint_lock_mode lock)
{
	return lock == DBC_L_ACCESS_EXCLUSIVE ? "reading and writing" : "writing";
}

/* Whether a statement takes as long as a subject is large: new files for what
 * TRUNCATE empties take no time. */
static bool
takes_long(const dbc_lint *lint, const dbc_lint_effect *effect)
{
	return (effect->rewrites || effect->scans) &&
		   !dbc_starts_with(lint->script->statements[lint->statement].command,
							"TRUNCATE");
}

/* Whether a subject is known to be more than small. */
static bool
is_large(const dbc_lint *lint, const dbc_lint_object *subject)
{
	dbc_lint_severity weight;

	return subject->measured && !subject->may_grow &&
		   dbc_lint_rate_by_size(lint, DBC_RULE_lock_timeout_missing, subject,
								 &weight) &&
		   weight != DBC_LINT_INFO;
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

	while (h && h->subject != effect->subject)
		h = h->next;
	if (!h)
	{
		h = dbc_alloc(lint->host, sizeof(*h));
		h->subject = effect->subject;
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
	dbc_lint_severity weight;

	if (s->told_held || !first || !takes_long(lint, effect) ||
		first->statement == lint->statement ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_many_statements_under_ael,
							   effect->subject, &weight))
		return;
	s->told_held = true;
	dbc_lint_report_as(
		lint, DBC_RULE_many_statements_under_ael, weight,
		"Give it a migration of its own.",
		"while %s works on %s, nobody can read or write %s, locked "
		"since statement %d",
		command, dbc_lint_sized_name(lint, effect->subject),
		first->subject->shown, first->statement + 1);
}

/* A second pass over the same table. */
static void
judge_pass(dbc_lint *lint, lock_state *s, const dbc_lint_effect *effect)
{
	passed *p = s->passes;
	dbc_lint_severity weight;

	if (!(effect->rewrites || effect->scans) ||
		!dbc_starts_with(lint->script->statements[lint->statement].command,
						 "ALTER"))
		return;
	while (p && p->subject != effect->subject)
		p = p->next;
	if (!p)
	{
		p = dbc_alloc(lint->host, sizeof(*p));
		p->subject = effect->subject;
		p->next = s->passes;
		s->passes = p;
	}
	else if (!p->told &&
			 dbc_lint_rate_by_size(lint, DBC_RULE_multiple_alter_same_table,
								   effect->subject, &weight))
	{
		p->told = true;
		dbc_lint_report_as(lint, DBC_RULE_multiple_alter_same_table, weight,
						   "Write one ALTER TABLE with all the actions.",
						   "%s is read or written whole a second time",
						   dbc_lint_sized_name(lint, effect->subject));
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
	if (!s->lock_limit && !lint->times_out && !s->told_limit &&
		is_large(lint, effect->subject))
	{
		s->told_limit = true;
		dbc_lint_report(
			lint, DBC_RULE_lock_timeout_missing,
			limit_by(lint, "lock_timeout = '2s'"),
			"the wait for %s has no limit, and everybody who uses it "
			"waits behind",
			dbc_lint_sized_name(lint, effect->subject));
	}
	if (!s->time_limit && takes_long(lint, effect) &&
		is_large(lint, effect->subject))
		dbc_lint_report(lint, DBC_RULE_statement_timeout_missing,
						limit_by(lint, "statement_timeout = '1min'"),
						"the work on %s has no limit of time",
						dbc_lint_sized_name(lint, effect->subject));
}

/* Looks at what a statement does to subjects as a whole. */
static void
judge_statement(dbc_lint *lint, lock_state *s)
{
	const dbc_lint_analysis *reading = &lint->readings[lint->statement];
	bool kept = lint->atomic || s->begun;
	int e;

	for (e = 0; e < reading->neffects; e++)
	{
		const dbc_lint_effect *effect = &reading->effects[e];

		if (dbc_lint_is_exempt(lint, effect->subject))
			continue;
		judge_held(lint, s, effect);
		judge_pass(lint, s, effect);
		if (effect->lock >= DBC_L_SHARE)
			judge_limits(lint, s, effect);
	}
	for (e = 0; e < reading->neffects && kept; e++)
		if (reading->effects[e].lock >= DBC_L_SHARE &&
			!dbc_lint_is_exempt(lint, reading->effects[e].subject))
			keep_lock(lint, s, &reading->effects[e]);
}

/* ---- deeds ---- */

/* A constraint that is proven under the lock of what came before. */
static void
judge_validate(dbc_lint *lint, const lock_state *s,
			   const dbc_lint_operation *deed)
{
	const held *h = s->locks;
	dbc_lint_severity weight;

	while (h && h->subject != deed->subject)
		h = h->next;
	if (!h || !dbc_lint_rate_by_size(lint, DBC_RULE_validate_same_txn,
									 deed->subject, &weight))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_validate_same_txn, weight,
		"Give VALIDATE CONSTRAINT a migration of its own, after "
		"this one.",
		"%s is proven while statement %d keeps %s locked against "
		"%s",
		dbc_lint_typed_name(lint, "constraint", deed->name), h->statement + 1,
		dbc_lint_sized_name(lint, deed->subject), against(h->lock));
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
judge_concurrent(dbc_lint *lint, lock_state *s, const dbc_lint_operation *deed)
{
	const char *command = lint->script->statements[lint->statement].command;

	if (!dbc_lint_has_flag(deed, DBC_OP_CONCURRENTLY) ||
		deed->verb == DBC_V_REFRESH)
		return;
	if (dbc_lint_is_in_transaction(lint))
		dbc_lint_report(
			lint, DBC_RULE_concurrent_in_txn,
			"Give it a migration of its own, without BEGIN, and run that "
			"with dbmigrate_deploy().",
			"%s cannot run inside a transaction", command);
	else if (lint->transactional && !s->told_outside && !is_alone(lint))
	{
		s->told_outside = true;
		dbc_lint_report_as(
			lint, DBC_RULE_concurrent_in_txn, DBC_LINT_WARNING,
			"Give it a migration of its own, and run that with "
			"dbmigrate_deploy().",
			"%s cannot run inside a transaction, so nothing of the script does",
			command);
	}
}

/* A table that is written anew, all of it. */
static void
judge_rewrite(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;

	if (!deed->subject ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_full_rewrite_command,
							   deed->subject, &weight))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_full_rewrite_command, weight,
		deed->verb == DBC_V_REWRITE
			? "pg_repack does it while others read and write; plain VACUUM is "
			  "enough to reuse the space."
			: "Do it when the table is not busy.",
		"%s writes all of %s anew, locked against everybody", deed->command,
		dbc_lint_sized_name(lint, deed->subject));
}

/* A materialized view that nobody can read meanwhile. */
static void
judge_refresh(dbc_lint *lint, const dbc_lint_operation *deed)
{
	static const char *const view[] = {"view", NULL};
	dbc_lint_severity weight;

	if (dbc_lint_has_flag(deed, DBC_OP_CONCURRENTLY) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_matview_refresh, deed->subject,
							   &weight))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_matview_refresh, weight,
		dbc_format(lint->host, "-- needs a unique index of its columns\n%s;",
				   dbc_lint_insert_words(lint, view, "CONCURRENTLY")),
		"nobody can read %s until it is refreshed",
		dbc_lint_sized_name(lint, deed->subject));
}

/* A trigger or a rule of a table that others use. */
static void
judge_create(dbc_lint *lint, const lock_state *s,
			 const dbc_lint_operation *deed)
{
	bool trigger = dbc_same(deed->subject->type, "trigger");
	dbc_lint_rule_id rule =
		trigger ? DBC_RULE_create_trigger : DBC_RULE_create_rule;
	dbc_lint_severity weight;

	if ((!trigger && !dbc_same(deed->subject->type, "rule")) || !deed->other ||
		(trigger && (s->lock_limit || lint->times_out)) ||
		!dbc_same(deed->other->type, "table") ||
		!dbc_lint_rate_by_size(lint, rule, deed->other, &weight))
		return;
	dbc_lint_report_as(
		lint, rule, weight,
		trigger ? limit_by(lint, "lock_timeout = '2s'") : "Use a trigger.",
		"%s locks %s against %s until the transaction ends",
		dbc_lint_typed_name(lint, deed->subject->type, deed->subject->name),
		dbc_lint_sized_name(lint, deed->other),
		trigger ? "writing" : "reading and writing");
}

/* A trigger that does nothing for a time. */
static void
judge_disable(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;

	if (!dbc_lint_rate_break(lint, DBC_RULE_disable_trigger, deed->subject,
							 &weight) ||
		dbc_lint_find_operation(lint, lint->statement + 1,
								lint->script->nstatements,
								DBC_VERB(ENABLE_TRIGGER), deed->subject, NULL))
		return;
	dbc_lint_report_as(lint, DBC_RULE_disable_trigger, weight,
					   "Enable it again in the same script.",
					   "%s of %s stays disabled, and with it what it guards",
					   dbc_lint_typed_name(lint, "trigger", deed->name),
					   deed->subject->shown);
}

/* Limits that a script sets, and transactions of its own. */
static void
note_settings(const dbc_lint *lint, lock_state *s,
			  const dbc_lint_operation *deed)
{
	if (dbc_lint_begins_transaction(lint, lint->statement))
		s->begun = true;
	if (dbc_lint_ends_transaction(lint, lint->statement))
	{
		s->begun = false;
		s->locks = NULL;
	}
	if (deed->verb != DBC_V_SET || !deed->name || !deed->text)
		return;
	if (dbc_same(deed->name, "lock_timeout"))
		s->lock_limit = !dbc_same(deed->text, "0");
	if (dbc_same(deed->name, "statement_timeout"))
		s->time_limit = !dbc_same(deed->text, "0");
}

void
dbc_lint_check_lock(dbc_lint *lint, const dbc_lint_operation *deed,
					void **state)
{
	lock_state *s;

	if (!deed)
		return;
	s = state_of(lint, state);
	note_settings(lint, s, deed);
	if (s->judged <= lint->statement)
	{
		s->judged = lint->statement + 1;
		judge_statement(lint, s);
	}
	judge_concurrent(lint, s, deed);
	if (deed->verb == DBC_V_MOVE || deed->verb == DBC_V_REWRITE)
		judge_rewrite(lint, deed);
	if (!deed->subject)
		return;
	if (deed->verb == DBC_V_VALIDATE)
		judge_validate(lint, s, deed);
	else if (deed->verb == DBC_V_REFRESH)
		judge_refresh(lint, deed);
	else if (deed->verb == DBC_V_CREATE)
		judge_create(lint, s, deed);
	else if (deed->verb == DBC_V_DISABLE_TRIGGER)
		judge_disable(lint, deed);
}
