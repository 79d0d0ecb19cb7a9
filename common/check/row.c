/*
 * row.c
 *	  dbcheck_row: whether a table would accept a row.
 */
#include "common/check/row.h"
#include "common/core/functions.h"

#include <string.h>

#include "common/core/options.h"
#include "common/core/text.h"

/* Describes a violation. */
static const char *
describe(dbc_host *host, const dbc_relation *table,
		 const dbc_check_row_violation *violation)
{
	if (violation->error)
		return violation->error;
	switch (violation->kind)
	{
		case DBC_VIOLATION_COLUMN:
			return dbc_format(host, "column %s does not exist",
							  violation->column);
		case DBC_VIOLATION_GENERATED:
			return dbc_format(host, "column %s is generated and takes no value",
							  violation->column);
		case DBC_VIOLATION_IDENTITY:
			return dbc_format(host,
							  "column %s is always generated as identity and "
							  "takes no value",
							  violation->column);
		case DBC_VIOLATION_PARTITION:
			return dbc_format(host, "no partition of %s accepts the row",
							  table->shown);
		case DBC_VIOLATION_KEY:
			return dbc_format(host, "the row repeats a key of (%s)",
							  violation->columns);
		case DBC_VIOLATION_EXCLUSION:
			return dbc_format(host, "the row conflicts with another in (%s)",
							  violation->columns);
		case DBC_VIOLATION_PARENT:
			return dbc_format(host, "the row has no parent in %s (%s)",
							  violation->parent, violation->parent_columns);
		case DBC_VIOLATION_HALF_NULL:
			return dbc_format(host,
							  "the row is null in some of (%s), but not in all",
							  violation->columns);
		case DBC_VIOLATION_NOT_NULL:
			return dbc_format(host, "the row is null in %s",
							  violation->columns);
		case DBC_VIOLATION_CHECK:
			return dbc_format(host, "the row does not satisfy %s",
							  violation->text);
		default:
			return violation->text;
	}
}

/* The order of the report: by kind; violations of constraints and unknown ones
 * by name. */
static bool
is_before(const dbc_check_row_violation *violation,
		  const dbc_check_row_violation *other)
{
	if (violation->kind != other->kind)
		return violation->kind < other->kind;
	if (violation->constraint && other->constraint)
		return strcmp(violation->constraint, other->constraint) < 0;
	return violation->kind < DBC_VIOLATION_VALUE && violation->column &&
		   other->column && strcmp(violation->column, other->column) < 0;
}

/* The violations in the order of the report; those of values stay in the order
 * of the columns. */
static const dbc_check_row_violation **
in_order(dbc_host *host, const dbc_check_row_violation *violations,
		 int nviolations)
{
	const dbc_check_row_violation **sorted =
		dbc_alloc(host, ((size_t) nviolations + 1) * sizeof(*sorted));

	for (int i = 0; i < nviolations; i++)
	{
		int place = i;

		for (; place > 0 && is_before(&violations[i], sorted[place - 1]);
			 place--)
			sorted[place] = sorted[place - 1];
		sorted[place] = &violations[i];
	}
	return sorted;
}

const dbc_check_row_problem *
dbc_check_list_problems(dbc_host *host, const dbc_relation *table,
						const char *row, int *nproblems)
{
	const dbc_check_row_violation *violations =
		DBC_CALL(host, check, inspect)(host, table, row, nproblems);
	const dbc_check_row_violation **sorted =
		in_order(host, violations, *nproblems);
	dbc_check_row_problem *problems =
		dbc_alloc(host, ((size_t) *nproblems + 1) * sizeof(*problems));

	for (int i = 0; i < *nproblems; i++)
		problems[i] = (dbc_check_row_problem){sorted[i],
											  describe(host, table, sorted[i])};
	return problems;
}

/* dbcheck_row(relation, row_data) */
DBC_RUN(dbcheck_row)
{
	const dbc_relation *table;
	const dbc_check_row_problem *problems;
	int nproblems;

	dbc_refuse_options(host, args->relation.text, "relation");
	if (!dbc_may_be_json(args->row_data.text))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a JSON object with a member per column.",
				 "row_data must be a JSON object, not %s", args->row_data.text);
	table = dbc_resolve(host, args->relation.text);
	problems =
		dbc_check_list_problems(host, table, args->row_data.text, &nproblems);
	for (int i = 0; i < nproblems; i++)
		dbc_emit(host, dbc_text(problems[i].violation->column),
				 dbc_text(problems[i].violation->constraint),
				 dbc_text(problems[i].message));
}
