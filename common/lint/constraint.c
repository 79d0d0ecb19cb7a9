/*
 * constraint.c
 *	  Rules of dbmigrate_lint about constraints and partitions.
 */
#include "common/lint/rewrite.h"

/* A foreign key of a new table, which locks what it refers to. */
static void
judge_key_of_new(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;

	if (!deed->other || deed->other == deed->subject || lint->times_out ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_fk_on_new_table, deed->other,
							   &weight))
		return;
	dbc_lint_report(
		lint, DBC_RULE_fk_on_new_table,
		"SET LOCAL lock_timeout = '2s'; -- before it",
		"the foreign key of the new table %s keeps others from writing to "
		"%s until the transaction ends",
		deed->subject->shown, dbc_lint_sized_name(lint, deed->other));
}

/* A foreign key whose rows are looked up under lock. */
static void
judge_foreign_key(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const char *advice =
		"Add it with NOT VALID, and in a migration after that VALIDATE it.";
	dbc_lint_severity weight;
	const char *sql;

	if (dbc_lint_has_flag(deed, DBC_OP_NOT_VALID) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_fk_not_valid, deed->subject,
							   &weight))
		return;
	sql = dbc_lint_rewrite_not_valid(lint, deed);
	if (deed->subject->partitioned)
		advice = "Add it to each partition first, there with NOT VALID and "
				 "VALIDATE.";
	dbc_lint_report_as(
		lint, DBC_RULE_fk_not_valid, weight, sql ? sql : advice,
		"%s keeps others from writing to %s and %s until all rows are "
		"looked up",
		dbc_lint_typed_name(lint, "foreign key", deed->name),
		dbc_lint_sized_name(lint, deed->subject),
		deed->other ? deed->other->shown : "the table it refers to");
}

/* A check that is proven under lock. */
static void
judge_check(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;
	const char *sql;

	if (dbc_lint_has_flag(deed,
						  DBC_OP_INITIAL | DBC_OP_NOT_VALID | DBC_OP_PROVEN) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_check_not_valid, deed->subject,
							   &weight))
		return;
	sql = dbc_lint_rewrite_not_valid(lint, deed);
	dbc_lint_report_as(
		lint, DBC_RULE_check_not_valid, weight,
		sql ? sql
			: "Add it with NOT VALID, and in a migration after that VALIDATE "
			  "it.",
		"%s keeps others from reading and writing %s until all rows are "
		"checked",
		dbc_lint_typed_name(lint, "check", deed->name),
		dbc_lint_sized_name(lint, deed->subject));
}

/* A check that comes with the domain of a new column. */
static void
judge_domain_check(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;

	if (dbc_lint_has_flag(deed, DBC_OP_INITIAL) ||
		!dbc_lint_has_flag(deed, DBC_OP_CHECKED) ||
		dbc_lint_find_operation(lint, lint->statement, lint->statement + 1,
								DBC_VERB(ADD_CHECK), deed->subject, NULL) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_check_not_valid, deed->subject,
							   &weight))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_check_not_valid, weight,
		"Add the column with the type the domain is made of, then its check "
		"with NOT VALID, and in a migration after that VALIDATE it.",
		"the domain of the new column %s keeps others from reading and writing "
		"%s until all rows are checked",
		dbc_lint_quote(lint, deed->column),
		dbc_lint_sized_name(lint, deed->subject));
}

/* A constraint of a domain, which has no table of its own. */
static void
judge_domain(dbc_lint *lint, const dbc_lint_operation *deed)
{
	if (deed->verb == DBC_V_CREATE &&
		dbc_lint_has_flag(deed, DBC_OP_CHECKED | DBC_OP_NOT_NULL))
		dbc_lint_report_as(lint, DBC_RULE_domain_constraint, DBC_LINT_INFO,
						   "Use a check of the table.",
						   "changing a constraint of domain %s will lock every "
						   "table that uses it",
						   deed->subject->shown);
	else if (deed->verb == DBC_V_SET_NOT_NULL ||
			 (deed->verb == DBC_V_ADD_CHECK &&
			  !dbc_lint_has_flag(deed, DBC_OP_NOT_VALID)))
		dbc_lint_report(
			lint, DBC_RULE_domain_constraint,
			"Add a check with NOT VALID, and in a migration after that "
			"VALIDATE it.",
			"%s keeps others from writing to every table that uses %s "
			"until all rows are checked",
			deed->command, deed->subject->shown);
}

/* A key whose index is built under lock. */
static void
judge_unique(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;
	const char *sql;

	if (dbc_lint_has_flag(deed, DBC_OP_INITIAL | DBC_OP_USING_INDEX) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_unique_constraint_direct,
							   deed->subject, &weight))
		return;
	sql =
		deed->subject->partitioned ? NULL : dbc_lint_rewrite_unique(lint, deed);
	dbc_lint_report_as(
		lint, DBC_RULE_unique_constraint_direct, weight,
		sql ? sql
			: "Build a unique index concurrently, and in a migration after "
			  "that add the constraint USING INDEX.",
		"%s keeps others from reading and writing %s until its index is built",
		dbc_lint_typed_name(lint,
							deed->verb == DBC_V_ADD_PRIMARY_KEY
								? "primary key"
								: "unique constraint",
							deed->name),
		dbc_lint_sized_name(lint, deed->subject));
}

/* A constraint that can only be added under lock. */
static void
judge_exclusion(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;

	if (dbc_lint_has_flag(deed, DBC_OP_INITIAL) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_exclusion_constraint,
							   deed->subject, &weight))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_exclusion_constraint, weight,
		"Do it when the table is not busy, or make a new table with it and "
		"move the rows there.",
		"%s keeps others from reading and writing %s until its index is built",
		dbc_lint_typed_name(lint, "exclusion constraint", deed->name),
		dbc_lint_sized_name(lint, deed->subject));
}

/* Whether a script that drops a constraint puts something into its place: one
 * of the table, or NOT NULL for the check that has proven it. */
static bool
is_replaced(const dbc_lint *lint, const dbc_lint_operation *deed)
{
	uint64_t verbs = DBC_VERB(ADD_CHECK) | DBC_VERB(ADD_FOREIGN_KEY) |
					 DBC_VERB(ADD_UNIQUE) | DBC_VERB(ADD_PRIMARY_KEY) |
					 DBC_VERB(ADD_EXCLUSION) | DBC_VERB(SET_NOT_NULL) |
					 DBC_VERB(ATTACH);

	return dbc_lint_find_operation(lint, 0, lint->script->nstatements, verbs,
								   deed->subject, NULL) != NULL ||
		   !dbc_same(deed->subject->type, "table");
}

/* A constraint that is gone. */
static void
judge_drop(dbc_lint *lint, const dbc_lint_operation *deed)
{
	bool foreign = deed->type && dbc_same(deed->type, "foreign key");
	dbc_lint_rule_id rule =
		foreign ? DBC_RULE_drop_fk : DBC_RULE_drop_constraint;
	dbc_lint_severity weight;

	if (dbc_lint_rate_break(lint, rule, deed->subject, &weight) &&
		!is_replaced(lint, deed))
		dbc_lint_report_as(
			lint, rule, weight,
			foreign ? "Look for rows without a parent from now on."
					: "Make sure that nothing relies on it.",
			"%s of %s no longer guards its rows",
			dbc_lint_typed_name(lint, foreign ? "foreign key" : "constraint",
								deed->name),
			deed->subject->shown);
}

/* Whether a subject is what one of the deeds of the statement is about. */
static bool
is_own(const dbc_lint *lint, const dbc_lint_object *subject)
{
	const dbc_lint_analysis *reading = &lint->readings[lint->statement];
	int d;

	for (d = 0; d < reading->ndeeds; d++)
		if (reading->deeds[d].subject == subject)
			return true;
	return false;
}

/* Others that a deed locks against everybody: what it refers to, or what it is
 * a partition of. */
static void
judge_others(dbc_lint *lint, const dbc_lint_operation *deed,
			 dbc_lint_rule_id rule)
{
	const dbc_lint_analysis *reading = &lint->readings[lint->statement];
	dbc_lint_severity weight;
	int e;

	for (e = 0; e < reading->neffects; e++)
	{
		const dbc_lint_effect *effect = &reading->effects[e];

		if (effect->lock != DBC_L_ACCESS_EXCLUSIVE ||
			is_own(lint, effect->subject) ||
			!dbc_same(effect->subject->type, "table") ||
			!dbc_lint_rate_by_size(lint, rule, effect->subject, &weight))
			continue;
		dbc_lint_report_as(
			lint, rule, weight,
			"Give it a migration of its own, with SET LOCAL "
			"lock_timeout = '2s' before it.",
			"%s of %s locks %s, too, against reading and writing",
			deed->command, deed->subject->shown,
			dbc_lint_sized_name(lint, effect->subject));
	}
}

/* A partition that is made, which locks all the others. */
static void
judge_new_partition(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;

	if (!dbc_lint_has_flag(deed, DBC_OP_INITIAL) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_partition_create_drop,
							   deed->subject, &weight))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_partition_create_drop, weight,
		"Make the table alone, with a check that says what the "
		"bounds say, and ATTACH it.",
		"making a partition locks %s, and its default partition, "
		"against reading and writing",
		dbc_lint_sized_name(lint, deed->subject));
}

/* A table that becomes a partition, and is read for it. */
static void
judge_attach(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;
	const char *sql;

	if (!deed->other ||
		dbc_lint_has_flag(deed, DBC_OP_INITIAL | DBC_OP_PROVEN) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_partition_attach, deed->other,
							   &weight))
		return;
	sql = dbc_lint_rewrite_attach(lint, deed);
	dbc_lint_report_as(
		lint, DBC_RULE_partition_attach, weight,
		sql ? sql
			: "Add a check that says what the bounds say with NOT VALID, "
			  "VALIDATE it, then attach, then drop the check: each in a "
			  "migration of its own.",
		"attaching %s reads all of it while nobody else can read or write it",
		dbc_lint_sized_name(lint, deed->other));
}

/* A partition that leaves. */
static void
judge_detach(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;

	if (dbc_lint_has_flag(deed, DBC_OP_CONCURRENTLY) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_partition_detach, deed->subject,
							   &weight))
		return;
	dbc_lint_report_as(lint, DBC_RULE_partition_detach, weight,
					   dbc_lint_is_single_operation(lint)
						   ? dbc_format(lint->host,
										DBC_ALONE "%s CONCURRENTLY;",
										dbc_lint_statement_text(lint))
						   : NULL,
					   "detaching %s locks %s against reading and writing",
					   deed->other ? deed->other->shown : "a partition",
					   dbc_lint_sized_name(lint, deed->subject));
}

void
dbc_lint_check_constraint(dbc_lint *lint, const dbc_lint_operation *deed,
						  void **state)
{
	(void) state;
	if (!deed || !deed->subject)
		return;
	if (dbc_same(deed->subject->type, "type"))
	{
		judge_domain(lint, deed);
		return;
	}
	switch (deed->verb)
	{
		case DBC_V_ADD_FOREIGN_KEY:
			if (dbc_lint_is_exempt(lint, deed->subject))
				judge_key_of_new(lint, deed);
			else
				judge_foreign_key(lint, deed);
			break;
		case DBC_V_ADD_CHECK:
			judge_check(lint, deed);
			break;
		case DBC_V_ADD_COLUMN:
			judge_domain_check(lint, deed);
			break;
		case DBC_V_ADD_UNIQUE:
		case DBC_V_ADD_PRIMARY_KEY:
			judge_unique(lint, deed);
			break;
		case DBC_V_ADD_EXCLUSION:
			judge_exclusion(lint, deed);
			break;
		case DBC_V_DROP_CONSTRAINT:
			judge_drop(lint, deed);
			judge_others(lint, deed, DBC_RULE_drop_fk_locks_parent);
			break;
		case DBC_V_CHANGE_TYPE:
			judge_others(lint, deed, DBC_RULE_drop_fk_locks_parent);
			break;
		case DBC_V_DROP:
			if (dbc_same(deed->subject->type, "table"))
				judge_others(lint, deed,
							 deed->subject->is_partition
								 ? DBC_RULE_partition_create_drop
								 : DBC_RULE_drop_fk_locks_parent);
			break;
		case DBC_V_ATTACH:
			judge_new_partition(lint, deed);
			judge_attach(lint, deed);
			break;
		case DBC_V_DETACH:
			judge_detach(lint, deed);
			break;
		default:
			break;
	}
}
