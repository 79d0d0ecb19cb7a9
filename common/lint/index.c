/*
 * index.c
 *	  Rules of dbmigrate_lint about indexes.
 */
#include "common/lint/rewrite.h"

/* Columns an index may have before it counts as too wide. */
#define MAX_COLUMNS 3

/* The table that an operation on an index locks, or NULL if unknown. */
static const dbc_lint_object *
locked_table(const dbc_lint_operation *operation)
{
	return operation->verb == DBC_V_REINDEX && operation->other
			   ? operation->other
			   : operation->object;
}

/* The severity of an operation on an index. */
static bool
rate(const dbc_lint *lint, dbc_lint_rule_id rule,
	 const dbc_lint_operation *operation, dbc_lint_severity *severity)
{
	const dbc_lint_object *place = locked_table(operation);

	*severity = dbc_lint_rules[rule].severity;
	if (place)
		return dbc_lint_rate_by_size(lint, rule, place, severity);
	return !operation->other || !dbc_lint_is_exempt(lint, operation->other);
}

/* The table of an operation on an index, with its size. */
static const char *
locked_table_name(const dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *place = locked_table(operation);

	if (place)
		return dbc_lint_sized_name(lint, place);
	/* REINDEX SCHEMA or REINDEX DATABASE */
	return operation->name && operation->verb != DBC_V_REINDEX ? "its table"
															   : "all tables";
}

/* Reports an index build that blocks writes. */
static void
check_build(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *index = dbc_lint_typed_name(lint, "index", operation->name);
	dbc_lint_severity severity;

	if (dbc_lint_has_flag(operation, DBC_OP_CONCURRENTLY) ||
		dbc_lint_has_flag(operation, DBC_OP_ONLY))
		return;
	if (operation->object->partitioned)
	{
		if (rate(lint, DBC_RULE_index_partitioned_parent, operation, &severity))
			dbc_lint_report_as(
				lint, DBC_RULE_index_partitioned_parent, severity,
				dbc_lint_rewrite_partitioned_index(lint, operation),
				"building %s blocks writes to all partitions of %s", index,
				locked_table_name(lint, operation));
	}
	else if (rate(lint, DBC_RULE_index_not_concurrent, operation, &severity))
		dbc_lint_report_as(lint, DBC_RULE_index_not_concurrent, severity,
						   dbc_lint_rewrite_index(lint),
						   "building %s blocks writes to %s", index,
						   locked_table_name(lint, operation));
}

/* Reports IF NOT EXISTS, which accepts the invalid index of a failed build. */
static void
check_if_not_exists(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *name;

	if (!dbc_lint_has_flag(operation, DBC_OP_CONCURRENTLY) ||
		!(dbc_lint_has_flag(operation, DBC_OP_IF_EXISTS)) || !operation->name ||
		dbc_lint_is_exempt(lint, operation->object))
		return;
	name = dbc_lint_quote(lint, operation->name);
	dbc_lint_report(
		lint, DBC_RULE_concurrent_if_not_exists,
		dbc_format(
			lint->host,
			DBC_ALONE
			"DROP INDEX CONCURRENTLY IF EXISTS %s;\n"
			"-- the next migration: the same statement without IF NOT EXISTS",
			name),
		"index %s stays invalid if an earlier build failed, because IF NOT "
		"EXISTS only looks at the name",
		name);
}

/* Reports a unique index or constraint on existing rows. */
static void
check_unique(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *columns = dbc_lint_column_list(lint, operation->columns);
	dbc_lint_severity severity;

	if (dbc_lint_has_flag(operation, DBC_OP_INITIAL | DBC_OP_USING_INDEX) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_unique_on_existing,
							   operation->object, &severity) ||
		dbc_lint_find_operation(lint, 0, lint->statement, DBC_VERB(DELETE),
								operation->object, NULL))
		return;
	for (int i = 0; operation->columns && operation->columns[i]; i++)
		if (dbc_lint_has_added_column(lint, operation->object,
									  operation->columns[i]))
			return;
	dbc_lint_report(lint, DBC_RULE_unique_on_existing,
					dbc_lint_query_duplicates(lint, operation),
					"%s on %s fails if two rows have the same %s",
					dbc_lint_typed_name(lint,
										operation->verb == DBC_V_CREATE_INDEX
											? "index"
											: "constraint",
										operation->name),
					dbc_lint_sized_name(lint, operation->object),
					columns ? columns : "key");
}

/* Reports an index of many columns. */
static void
check_width(dbc_lint *lint, const dbc_lint_operation *operation)
{
	int n = 0;

	while (operation->columns && operation->columns[n])
		n++;
	if (n > MAX_COLUMNS && !(dbc_lint_has_flag(operation, DBC_OP_UNIQUE)))
		dbc_lint_report(lint, DBC_RULE_index_too_wide,
						"Index only the most selective columns.",
						"%s on %s has %d columns",
						dbc_lint_typed_name(lint, "index", operation->name),
						operation->object->shown, n);
}

/* Reports DROP INDEX without CONCURRENTLY. */
static void
check_drop(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;

	if (dbc_lint_has_flag(operation, DBC_OP_CONCURRENTLY) ||
		(operation->object && operation->object->partitioned) ||
		!rate(lint, DBC_RULE_drop_index_not_concurrent, operation, &severity))
		return;
	dbc_lint_report_as(lint, DBC_RULE_drop_index_not_concurrent, severity,
					   dbc_lint_is_single_operation(lint)
						   ? dbc_lint_rewrite_index(lint)
						   : "Drop each index on its own with DROP INDEX "
							 "CONCURRENTLY, outside a transaction.",
					   "dropping %s blocks reads and writes of %s, and waits "
					   "for every transaction that uses it",
					   dbc_lint_typed_name(lint, "index", operation->name),
					   locked_table_name(lint, operation));
}

/* Reports REINDEX without CONCURRENTLY. */
static void
check_reindex(dbc_lint *lint, const dbc_lint_operation *operation)
{
	dbc_lint_severity severity;

	if (dbc_lint_has_flag(operation, DBC_OP_CONCURRENTLY) ||
		!rate(lint, DBC_RULE_reindex_not_concurrent, operation, &severity))
		return;
	dbc_lint_report_as(lint, DBC_RULE_reindex_not_concurrent, severity,
					   dbc_lint_rewrite_index(lint),
					   "%s blocks writes to %s, and reads that use the index, "
					   "until it is done",
					   operation->command, locked_table_name(lint, operation));
}

/* Whether an index begins with the columns of a key, in any order. */
static bool
begins_with(const char *const *index, const char *const *key)
{
	int n = 0;

	for (; index && index[n] && key[n]; n++)
		if (!dbc_lint_has_column(key, index[n]))
			return false;
	for (int i = 0; key[i]; i++)
		n--;
	return n == 0;
}

/* Whether an operation creates an index that begins with the columns of a key.
 */
static bool
creates_index(const dbc_lint_operation *operation, const char *const *key)
{
	const char *const column[] = {operation->column, NULL};

	switch (operation->verb)
	{
		case DBC_V_CREATE_INDEX:
			return !(dbc_lint_has_flag(operation, DBC_OP_PARTIAL)) &&
				   begins_with(operation->columns, key);
		case DBC_V_ADD_UNIQUE:
		case DBC_V_ADD_PRIMARY_KEY:
			return begins_with(operation->columns, key);
		case DBC_V_ADD_COLUMN:
			return dbc_lint_has_flag(operation,
									 DBC_OP_UNIQUE | DBC_OP_PRIMARY) &&
				   begins_with(column, key);
		default:
			return false;
	}
}

/* Whether the table has such an index, or the script creates one. */
static bool
has_index(const dbc_lint *lint, const dbc_lint_object *table,
		  const char *const *key)
{
	const char *const *const *known = table->indexes;

	for (; known && *known; known++)
		if (begins_with(*known, key))
			return true;
	for (const dbc_lint_operation_link *l = dbc_lint_operations_on(lint, table);
		 l; l = l->next)
		if (creates_index(l->operation, key))
			return true;
	return false;
}

/* Reports a foreign key without an index on its columns. */
static void
check_foreign_key(dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_object *table = operation->object;
	const char *columns = dbc_lint_column_list(lint, operation->columns);
	bool exempt = dbc_lint_is_exempt(lint, table);
	dbc_lint_severity severity = DBC_LINT_INFO;

	if (!columns || has_index(lint, table, operation->columns) ||
		(!exempt && !table->indexes &&
		 !dbc_lint_has_added_column(lint, table, operation->columns[0])))
		return;
	if (!exempt && !dbc_lint_rate_by_size(lint, DBC_RULE_fk_without_index,
										  table, &severity))
		severity = DBC_LINT_INFO;
	dbc_lint_report_as(
		lint, DBC_RULE_fk_without_index, severity,
		dbc_format(
			lint->host, "CREATE INDEX %s%s ON %s (%s);",
			lint->engine == DBC_ON_POSTGRESQL && !exempt ? "CONCURRENTLY " : "",
			dbc_lint_make_key_name(lint, table, operation->columns, "idx"),
			table->shown, columns),
		"foreign key (%s) of %s has no index: each DELETE in %s scans "
		"%s",
		columns, exempt ? table->shown : dbc_lint_sized_name(lint, table),
		operation->other ? operation->other->shown : "the referenced table",
		table->shown);
}

void
dbc_lint_check_index(dbc_lint *lint, const dbc_lint_operation *operation,
					 void **state)
{
	(void) state;
	if (!operation)
		return;
	switch (operation->verb)
	{
		case DBC_V_CREATE_INDEX:
			check_build(lint, operation);
			check_if_not_exists(lint, operation);
			check_width(lint, operation);
			if (dbc_lint_has_flag(operation, DBC_OP_UNIQUE))
				check_unique(lint, operation);
			break;
		case DBC_V_ADD_UNIQUE:
		case DBC_V_ADD_PRIMARY_KEY:
			check_unique(lint, operation);
			break;
		case DBC_V_DROP_INDEX:
			check_drop(lint, operation);
			break;
		case DBC_V_REINDEX:
			check_reindex(lint, operation);
			break;
		case DBC_V_ADD_FOREIGN_KEY:
			check_foreign_key(lint, operation);
			break;
		default:
			break;
	}
}
