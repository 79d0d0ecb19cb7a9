/*
 * constraint.c
 *	  Rules of dbmigrate_lint about constraints and partitions.
 */
#include "common/lint/rewrite.h"

/* Reports a foreign key of a new table: it locks the referenced table. */
static void
check_key_of_new(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;

	if (!operation->other || operation->other == operation->object ||
		lint->lock_timeout_set ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_fk_on_new_table, operation->other,
							   &severity))
		return;
	dbc_lint_report(lint, DBC_RULE_fk_on_new_table,
					"SET LOCAL lock_timeout = '2s'; -- before the statement",
					"foreign key of new table %s blocks writes to %s until the "
					"transaction ends",
					operation->object->shown,
					dbc_lint_sized_name(lint, operation->other));
}

/* Reports a foreign key that is validated under the lock of its creation. */
static void
check_foreign_key(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *advice = "Add the constraint with NOT VALID, and run VALIDATE "
						 "CONSTRAINT in a later migration.";
	dbc_lint_severity severity;
	const char *sql;

	if (dbc_lint_has_flag(operation, DBC_OP_NOT_VALID) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_fk_not_valid, operation->object,
							   &severity))
		return;
	sql = dbc_lint_rewrite_not_valid(lint, operation);
	if (operation->object->partitioned)
		advice = "Add the foreign key to each partition first, with NOT VALID, "
				 "and validate it there.";
	dbc_lint_report_as(
		lint, DBC_RULE_fk_not_valid, severity, sql ? sql : advice,
		"%s blocks writes to %s and %s until all rows are checked",
		dbc_lint_typed_name(lint, "foreign key", operation->name),
		dbc_lint_sized_name(lint, operation->object),
		operation->other ? operation->other->shown : "the referenced table");
}

/* Reports a foreign key that is enforced: no command validates it later. */
static void
check_enforce(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;

	if (!dbc_lint_rate_by_size(lint, DBC_RULE_fk_not_valid, operation->object,
							   &severity))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_fk_not_valid, severity,
		"Drop the foreign key and add it with NOT VALID in one ALTER TABLE, "
		"and run VALIDATE CONSTRAINT in a later migration.",
		"enforcing %s blocks writes to %s and %s until all rows are checked",
		dbc_lint_typed_name(lint, "foreign key", operation->name),
		dbc_lint_sized_name(lint, operation->object),
		operation->other ? operation->other->shown : "the referenced table");
}

/* Reports a CHECK that is validated under the lock of its creation. */
static void
check_check(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;
	const char *sql;

	if (dbc_lint_has_flag(operation,
						  DBC_OP_INITIAL | DBC_OP_NOT_VALID | DBC_OP_IMPLIED) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_check_not_valid,
							   operation->object, &severity))
		return;
	sql = dbc_lint_rewrite_not_valid(lint, operation);
	dbc_lint_report_as(
		lint, DBC_RULE_check_not_valid, severity,
		sql ? sql
			: "Add the constraint with NOT VALID, and run VALIDATE CONSTRAINT "
			  "in a later migration.",
		"%s blocks reads and writes of %s until all rows are checked",
		dbc_lint_typed_name(lint, "check", operation->name),
		dbc_lint_sized_name(lint, operation->object));
}

/* Reports a new column whose domain has a CHECK. */
static void
check_domain_check(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;

	if (dbc_lint_has_flag(operation, DBC_OP_INITIAL) ||
		!dbc_lint_has_flag(operation, DBC_OP_CHECKED) ||
		dbc_lint_find_operation(lint, lint->statement, lint->statement + 1,
								DBC_VERB(ADD_CHECK), operation->object, NULL) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_check_not_valid,
							   operation->object, &severity))
		return;
	dbc_lint_report_as(lint, DBC_RULE_check_not_valid, severity,
					   "Add the column with the base type of the domain, add "
					   "the check of the domain to the table with NOT VALID, "
					   "and run VALIDATE CONSTRAINT in a later migration.",
					   "the domain of new column %s blocks reads and writes of "
					   "%s until all rows are checked",
					   dbc_lint_quote(lint, operation->column),
					   dbc_lint_sized_name(lint, operation->object));
}

/* Reports a constraint of a domain: it locks every table that uses the domain.
 */
static void
check_domain(dbc_lint *lint, const dbc_lint_operation *operation)
{
	if (operation->verb == DBC_V_CREATE &&
		dbc_lint_has_flag(operation, DBC_OP_CHECKED | DBC_OP_NOT_NULL))
		dbc_lint_report_as(
			lint, DBC_RULE_domain_constraint, DBC_LINT_INFO,
			"Use a CHECK constraint on the table instead of the domain.",
			"domain %s has a constraint, and changing the constraint locks "
			"every table that uses the domain",
			operation->object->shown);
	else if (operation->verb == DBC_V_SET_NOT_NULL ||
			 (operation->verb == DBC_V_ADD_CHECK &&
			  !dbc_lint_has_flag(operation, DBC_OP_NOT_VALID)))
		dbc_lint_report(lint, DBC_RULE_domain_constraint,
						"Add a check with NOT VALID, and run VALIDATE "
						"CONSTRAINT in a later migration.",
						"%s blocks writes to every table that uses %s until "
						"all rows are checked",
						operation->command, operation->object->shown);
}

/* Reports a key whose index is built under an ACCESS EXCLUSIVE lock. */
static void
check_unique(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;
	const char *sql;

	if (dbc_lint_has_flag(operation, DBC_OP_INITIAL | DBC_OP_USING_INDEX) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_unique_constraint_direct,
							   operation->object, &severity))
		return;
	sql = operation->object->partitioned
			  ? NULL
			  : dbc_lint_rewrite_unique(lint, operation);
	dbc_lint_report_as(
		lint, DBC_RULE_unique_constraint_direct, severity,
		sql ? sql
			: "Build a unique index CONCURRENTLY, and add the constraint USING "
			  "INDEX in a later migration.",
		"%s blocks reads and writes of %s until its index is built",
		dbc_lint_typed_name(lint,
							operation->verb == DBC_V_ADD_PRIMARY_KEY
								? "primary key"
								: "unique constraint",
							operation->name),
		dbc_lint_sized_name(lint, operation->object));
}

/* Reports an exclusion constraint: no lock-free way to add one exists. */
static void
check_exclusion(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;

	if (dbc_lint_has_flag(operation, DBC_OP_INITIAL) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_exclusion_constraint,
							   operation->object, &severity))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_exclusion_constraint, severity,
		"Add the constraint at a quiet time, or create a new table with the "
		"constraint and move the rows.",
		"%s blocks reads and writes of %s until its index is built",
		dbc_lint_typed_name(lint, "exclusion constraint", operation->name),
		dbc_lint_sized_name(lint, operation->object));
}

/* Whether the script replaces a constraint that it drops: by another one of the
 * table, or a CHECK for not null by NOT NULL. */
static bool
is_replaced(const dbc_lint *lint, const dbc_lint_operation *operation)
{
	uint64_t verbs = DBC_VERB(ADD_CHECK) | DBC_VERB(ADD_FOREIGN_KEY) |
					 DBC_VERB(ADD_UNIQUE) | DBC_VERB(ADD_PRIMARY_KEY) |
					 DBC_VERB(ADD_EXCLUSION) | DBC_VERB(SET_NOT_NULL) |
					 DBC_VERB(ATTACH);

	return dbc_lint_find_operation(lint, 0, lint->script->nstatements, verbs,
								   operation->object, NULL) != NULL ||
		   !dbc_same(operation->object->type, "table");
}

/* Reports a dropped constraint. */
static void
check_drop(dbc_lint *lint, const dbc_lint_operation *operation)
{
	bool foreign = operation->type && dbc_same(operation->type, "foreign key");
	dbc_lint_rule_id rule =
		foreign ? DBC_RULE_drop_fk : DBC_RULE_drop_constraint;
	dbc_lint_severity severity;

	if (!dbc_lint_rate_break(lint, rule, operation->object, &severity) ||
		is_replaced(lint, operation))
		return;
	if (operation->type && dbc_same(operation->type, "primary key"))
		dbc_lint_report_as(
			lint, rule, severity == DBC_LINT_INFO ? DBC_LINT_WARNING : severity,
			"Add the new primary key in the same migration: logs of changes, "
			"deleted rows and replication know rows by their key.",
			"table %s loses its primary key %s", operation->object->shown,
			operation->name);
	else
		dbc_lint_report_as(
			lint, rule, severity,
			foreign ? "Check the table regularly for rows without a parent."
					: "Check that nothing relies on the constraint.",
			"%s of %s no longer checks new rows",
			dbc_lint_typed_name(lint, foreign ? "foreign key" : "constraint",
								operation->name),
			operation->object->shown);
}

/* Whether an operation of the current statement targets an object. */
static bool
is_target(const dbc_lint *lint, const dbc_lint_object *object)
{
	const dbc_lint_analysis *analysis = &lint->analyses[lint->statement];

	for (int d = 0; d < analysis->noperations; d++)
		if (analysis->operations[d].object == object)
			return true;
	return false;
}

/* Reports the other tables that an operation locks: the referenced table of a
 * foreign key, or the parent of a partition. */
static void
check_others(dbc_lint *lint, const dbc_lint_operation *operation,
			 dbc_lint_rule_id rule)
{
	const dbc_lint_analysis *analysis = &lint->analyses[lint->statement];
	dbc_lint_severity severity;

	for (int e = 0; e < analysis->neffects; e++)
	{
		const dbc_lint_effect *effect = &analysis->effects[e];

		if (effect->lock != DBC_L_ACCESS_EXCLUSIVE ||
			is_target(lint, effect->object) ||
			!dbc_same(effect->object->type, "table") ||
			!dbc_lint_rate_by_size(lint, rule, effect->object, &severity))
			continue;
		dbc_lint_report_as(lint, rule, severity,
						   "Put the statement into a separate migration, after "
						   "SET LOCAL lock_timeout = '2s'.",
						   "%s of %s also blocks reads and writes of %s",
						   operation->command, operation->object->shown,
						   dbc_lint_sized_name(lint, effect->object));
	}
}

/* Reports a new partition: it locks the partitioned table. */
static void
check_new_partition(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;

	if (!dbc_lint_has_flag(operation, DBC_OP_INITIAL) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_partition_create_drop,
							   operation->object, &severity))
		return;
	dbc_lint_report_as(lint, DBC_RULE_partition_create_drop, severity,
					   "Create the table on its own, with a CHECK equivalent "
					   "to the partition bounds, and attach it.",
					   "creating a partition blocks reads and writes of %s and "
					   "its default partition",
					   dbc_lint_sized_name(lint, operation->object));
}

/* Reports an attached partition: its rows are scanned. */
static void
check_attach(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;
	const char *sql;

	if (!operation->other ||
		dbc_lint_has_flag(operation, DBC_OP_INITIAL | DBC_OP_IMPLIED) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_partition_attach,
							   operation->other, &severity))
		return;
	sql = dbc_lint_rewrite_attach(lint, operation);
	dbc_lint_report_as(
		lint, DBC_RULE_partition_attach, severity,
		sql ? sql
			: "Add a CHECK equivalent to the partition bounds with NOT VALID, "
			  "validate it, attach the table, and drop the CHECK: each in a "
			  "separate migration.",
		"attaching %s scans the table while other sessions can neither read "
		"nor write it",
		dbc_lint_sized_name(lint, operation->other));
}

/* Reports a detached partition. */
static void
check_detach(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;

	if (dbc_lint_has_flag(operation, DBC_OP_CONCURRENTLY) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_partition_detach,
							   operation->object, &severity))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_partition_detach, severity,
		dbc_lint_is_single_operation(lint)
			? dbc_format(lint->host, DBC_ALONE "%s CONCURRENTLY;",
						 dbc_lint_statement_text(lint))
			: NULL,
		"detaching %s blocks reads and writes of %s",
		operation->other ? operation->other->shown : "a partition",
		dbc_lint_sized_name(lint, operation->object));
}

void
dbc_lint_check_constraint(dbc_lint *lint, const dbc_lint_operation *operation,
						  void **state)
{
	(void) state;
	if (!operation || !operation->object)
		return;
	if (dbc_same(operation->object->type, "type"))
	{
		check_domain(lint, operation);
		return;
	}
	switch (operation->verb)
	{
		case DBC_V_ADD_FOREIGN_KEY:
			if (dbc_lint_is_exempt(lint, operation->object))
				check_key_of_new(lint, operation);
			else
				check_foreign_key(lint, operation);
			break;
		case DBC_V_ENFORCE:
			check_enforce(lint, operation);
			break;
		case DBC_V_ADD_CHECK:
			check_check(lint, operation);
			break;
		case DBC_V_ADD_COLUMN:
			check_domain_check(lint, operation);
			break;
		case DBC_V_ADD_UNIQUE:
		case DBC_V_ADD_PRIMARY_KEY:
			check_unique(lint, operation);
			break;
		case DBC_V_ADD_EXCLUSION:
			check_exclusion(lint, operation);
			break;
		case DBC_V_DROP_CONSTRAINT:
			check_drop(lint, operation);
			check_others(lint, operation, DBC_RULE_drop_fk_locks_parent);
			break;
		case DBC_V_CHANGE_TYPE:
			check_others(lint, operation, DBC_RULE_drop_fk_locks_parent);
			break;
		case DBC_V_DROP:
			if (dbc_same(operation->object->type, "table"))
				check_others(lint, operation,
							 operation->object->is_partition
								 ? DBC_RULE_partition_create_drop
								 : DBC_RULE_drop_fk_locks_parent);
			break;
		case DBC_V_ATTACH:
			check_new_partition(lint, operation);
			check_attach(lint, operation);
			break;
		case DBC_V_DETACH:
			check_detach(lint, operation);
			break;
		default:
			break;
	}
}
