/*
 * index.c
 *	  Rules of dbmigrate_lint about indexes.
 */
#include "common/lint/rewrite.h"

/* Columns an index may have before it is too wide. */
#define MAX_COLUMNS 3

/* What an act on an index keeps others away from: its table, NULL where that is
 * not known. */
static const dbc_lint_object *
place_of(const dbc_lint_operation *deed)
{
	return deed->verb == DBC_V_REINDEX && deed->other ? deed->other
													  : deed->subject;
}

/* The weight of an act on an index. */
static bool
weigh(const dbc_lint *lint, dbc_lint_rule_id rule,
	  const dbc_lint_operation *deed, dbc_lint_severity *weight)
{
	const dbc_lint_object *place = place_of(deed);

	*weight = dbc_lint_rules[rule].weight;
	if (place)
		return dbc_lint_rate_by_size(lint, rule, place, weight);
	return !deed->other || !dbc_lint_is_exempt(lint, deed->other);
}

/* The place of an act on an index, with its size. */
static const char *
place_words(const dbc_lint *lint, const dbc_lint_operation *deed)
{
	const dbc_lint_object *place = place_of(deed);

	if (place)
		return dbc_lint_sized_name(lint, place);
	/* REINDEX without a relation is of a schema or a database */
	return deed->name && deed->verb != DBC_V_REINDEX ? "its table"
													 : "all tables";
}

/* An index that is built while nobody can write. */
static void
judge_build(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const char *index = dbc_lint_typed_name(lint, "index", deed->name);
	dbc_lint_severity weight;

	if (dbc_lint_has_flag(deed, DBC_OP_CONCURRENTLY) ||
		dbc_lint_has_flag(deed, DBC_OP_ONLY))
		return;
	if (deed->subject->partitioned)
	{
		if (weigh(lint, DBC_RULE_index_partitioned_parent, deed, &weight))
			dbc_lint_report_as(lint, DBC_RULE_index_partitioned_parent, weight,
							   dbc_lint_rewrite_partitioned_index(lint, deed),
							   "building %s keeps others from writing to all "
							   "partitions of %s until it is done",
							   index, place_words(lint, deed));
	}
	else if (weigh(lint, DBC_RULE_index_not_concurrent, deed, &weight))
		dbc_lint_report_as(
			lint, DBC_RULE_index_not_concurrent, weight,
			dbc_lint_rewrite_index(lint),
			"building %s keeps others from writing to %s until it is done",
			index, place_words(lint, deed));
}

/* A build that leaves what failed where it is. */
static void
judge_if_not_exists(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const char *name;

	if (!dbc_lint_has_flag(deed, DBC_OP_CONCURRENTLY) ||
		!(dbc_lint_has_flag(deed, DBC_OP_IF_EXISTS)) || !deed->name ||
		dbc_lint_is_exempt(lint, deed->subject))
		return;
	name = dbc_lint_quote(lint, deed->name);
	dbc_lint_report(
		lint, DBC_RULE_concurrent_if_not_exists,
		dbc_format(lint->host,
				   DBC_ALONE "DROP INDEX CONCURRENTLY IF EXISTS %s;\n"
							 "-- the next one: the same without IF NOT EXISTS",
				   name),
		"if building index %s has failed before, IF NOT EXISTS leaves it "
		"invalid and says that all is well",
		name);
}

/* A key over rows that may repeat it. */
static void
judge_unique(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const char *columns = dbc_lint_column_list(lint, deed->columns);
	dbc_lint_severity weight;
	int i;

	if (dbc_lint_has_flag(deed, DBC_OP_INITIAL | DBC_OP_USING_INDEX) ||
		!dbc_lint_rate_by_size(lint, DBC_RULE_unique_on_existing, deed->subject,
							   &weight) ||
		dbc_lint_find_operation(lint, 0, lint->statement, DBC_VERB(DELETE),
								deed->subject, NULL))
		return;
	for (i = 0; deed->columns && deed->columns[i]; i++)
		if (dbc_lint_has_added_column(lint, deed->subject, deed->columns[i]))
			return;
	dbc_lint_report(
		lint, DBC_RULE_unique_on_existing,
		dbc_lint_query_duplicates(lint, deed),
		"%s on %s fails if two rows have the same %s",
		dbc_lint_typed_name(
			lint, deed->verb == DBC_V_CREATE_INDEX ? "index" : "constraint",
			deed->name),
		dbc_lint_sized_name(lint, deed->subject), columns ? columns : "key");
}

/* An index of many columns. */
static void
judge_width(dbc_lint *lint, const dbc_lint_operation *deed)
{
	int n = 0;

	while (deed->columns && deed->columns[n])
		n++;
	if (n > MAX_COLUMNS && !(dbc_lint_has_flag(deed, DBC_OP_UNIQUE)))
		dbc_lint_report(lint, DBC_RULE_index_too_wide,
						"Index the columns that tell most rows apart.",
						"%s on %s has %d columns",
						dbc_lint_typed_name(lint, "index", deed->name),
						deed->subject->shown, n);
}

/* An index that is dropped while others wait. */
static void
judge_drop(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;

	if (dbc_lint_has_flag(deed, DBC_OP_CONCURRENTLY) ||
		(deed->subject && deed->subject->partitioned) ||
		!weigh(lint, DBC_RULE_drop_index_not_concurrent, deed, &weight))
		return;
	dbc_lint_report_as(
		lint, DBC_RULE_drop_index_not_concurrent, weight,
		dbc_lint_is_single_operation(lint)
			? dbc_lint_rewrite_index(lint)
			: "Drop each of them alone with DROP INDEX "
			  "CONCURRENTLY, outside a transaction.",
		"dropping %s locks %s against everybody, and waits for all who use it",
		dbc_lint_typed_name(lint, "index", deed->name),
		place_words(lint, deed));
}

/* Indexes that are built anew while others wait. */
static void
judge_reindex(dbc_lint *lint, const dbc_lint_operation *deed)
{
	dbc_lint_severity weight;

	if (dbc_lint_has_flag(deed, DBC_OP_CONCURRENTLY) ||
		!weigh(lint, DBC_RULE_reindex_not_concurrent, deed, &weight))
		return;
	dbc_lint_report_as(lint, DBC_RULE_reindex_not_concurrent, weight,
					   dbc_lint_rewrite_index(lint),
					   "%s keeps others from writing to %s, and from reading "
					   "through the index, until it is done",
					   deed->command, place_words(lint, deed));
}

/* Whether the first columns of an index are those of a key, in any order. */
static bool
begins_with(const char *const *index, const char *const *key)
{
	int n = 0;
	int i;

	for (; index && index[n] && key[n]; n++)
		if (!dbc_lint_has_column(key, index[n]))
			return false;
	for (i = 0; key[i]; i++)
		n--;
	return n == 0;
}

/* Whether a deed makes an index that finds the rows of a key. */
static bool
makes_index(const dbc_lint_operation *deed, const char *const *key)
{
	const char *const column[] = {deed->column, NULL};

	switch (deed->verb)
	{
		case DBC_V_CREATE_INDEX:
			return !(dbc_lint_has_flag(deed, DBC_OP_PARTIAL)) &&
				   begins_with(deed->columns, key);
		case DBC_V_ADD_UNIQUE:
		case DBC_V_ADD_PRIMARY_KEY:
			return begins_with(deed->columns, key);
		case DBC_V_ADD_COLUMN:
			return dbc_lint_has_flag(deed, DBC_OP_UNIQUE | DBC_OP_PRIMARY) &&
				   begins_with(column, key);
		default:
			return false;
	}
}

/* Whether the script makes an index that finds the rows of a key, or the table
 * has one. */
static bool
has_index(const dbc_lint *lint, const dbc_lint_object *table,
		  const char *const *key)
{
	const char *const *const *known = table->indexes;
	const dbc_lint_operation_link *l;

	for (; known && *known; known++)
		if (begins_with(*known, key))
			return true;
	for (l = dbc_lint_operations_on(lint, table); l; l = l->next)
		if (makes_index(l->deed, key))
			return true;
	return false;
}

/* A foreign key that nothing finds the children of. */
static void
judge_foreign_key(dbc_lint *lint, const dbc_lint_operation *deed)
{
	const dbc_lint_object *table = deed->subject;
	const char *columns = dbc_lint_column_list(lint, deed->columns);
	bool exempt = dbc_lint_is_exempt(lint, table);
	dbc_lint_severity weight = DBC_LINT_INFO;

	if (!columns || has_index(lint, table, deed->columns) ||
		(!exempt && !table->indexes &&
		 !dbc_lint_has_added_column(lint, table, deed->columns[0])))
		return;
	if (!exempt &&
		!dbc_lint_rate_by_size(lint, DBC_RULE_fk_without_index, table, &weight))
		weight = DBC_LINT_INFO;
	dbc_lint_report_as(
		lint, DBC_RULE_fk_without_index, weight,
		dbc_format(
			lint->host, "CREATE INDEX %s%s ON %s (%s);",
			lint->engine == DBC_ON_POSTGRESQL && !exempt ? "CONCURRENTLY " : "",
			dbc_lint_make_key_name(lint, table, deed->columns, "idx"),
			table->shown, columns),
		"foreign key (%s) of %s has no index: each delete in %s reads all of "
		"%s",
		columns, exempt ? table->shown : dbc_lint_sized_name(lint, table),
		deed->other ? deed->other->shown : "its parent", table->shown);
}

void
dbc_lint_check_index(dbc_lint *lint, const dbc_lint_operation *deed,
					 void **state)
{
	(void) state;
	if (!deed)
		return;
	switch (deed->verb)
	{
		case DBC_V_CREATE_INDEX:
			judge_build(lint, deed);
			judge_if_not_exists(lint, deed);
			judge_width(lint, deed);
			if (dbc_lint_has_flag(deed, DBC_OP_UNIQUE))
				judge_unique(lint, deed);
			break;
		case DBC_V_ADD_UNIQUE:
		case DBC_V_ADD_PRIMARY_KEY:
			judge_unique(lint, deed);
			break;
		case DBC_V_DROP_INDEX:
			judge_drop(lint, deed);
			break;
		case DBC_V_REINDEX:
			judge_reindex(lint, deed);
			break;
		case DBC_V_ADD_FOREIGN_KEY:
			judge_foreign_key(lint, deed);
			break;
		default:
			break;
	}
}
