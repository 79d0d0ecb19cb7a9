/*
 * data_rule.c
 *	  Data rules: conditions for rows in addition to the declared constraints.
 */
#include "common/check/check.h"
#include "common/core/functions.h"

#include <string.h>

#include "common/core/names.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

/* Columns of check/sql/rules.sql. */
enum
{
	COLUMN_NAME,
	COLUMN_TABLE,
	COLUMN_EXPRESSION,
	COLUMN_CONDITION,
	COLUMN_SEVERITY,
	COLUMN_MESSAGE,
	COLUMN_REPAIR_SQL,
	COLUMN_CREATED_AT,
	COLUMN_CREATED_BY,
	COLUMN_AUTHOR
};

static const char *const severities[] = {"info", "warning", "critical", NULL};

/* Ends SQL text with a newline, in case it ends with a comment. */
static const char *
ended(dbc_host *host, const char *text)
{
	return text && strstr(text, "--") ? dbc_format(host, "%s\n", text) : text;
}

/* Fails unless a rule and its repair are valid SQL. */
static void
try_rule(dbc_host *host, const dbc_relation *table,
		 const dbc_check_data_rule *rule, const char *repair_sql)
{
	bool assigns = repair_sql && !dbc_same(repair_sql, "delete");

	DBC_CALL(host, check, try_rule)
	(host, table, rule, assigns ? repair_sql : NULL);
}

/* A rule that is to be dropped, and its table. */
typedef struct dropped
{
	const char *table_name;
	const dbc_relation *table;
} dropped;

static void
find_table(dbc_host *host, void *arg)
{
	dropped *d = arg;

	d->table = dbc_resolve(host, d->table_name);
}

/* Drops a rule; false if there is none.  Only who may add it to its table may;
 * that of a table that no longer exists protects nothing. */
static bool
drop_rule(dbc_host *host, const char *name)
{
	const dbc_rows *rows = dbc_query(host, "check/rules");
	dropped d = {.table_name = NULL};
	dbc_error error;

	for (int i = 0; i < rows->nrows; i++)
		if (dbc_same(dbc_get_text(host, rows, i, COLUMN_NAME), name))
			d.table_name = dbc_get_text(host, rows, i, COLUMN_TABLE);
	if (!d.table_name)
		return false;
	if (dbc_guard(host, find_table, &d, DBC_KEEP, true, &error))
		dbc_require_table_owner(host, d.table);
	else if (!dbc_same(error.sqlstate, DBC_UNDEFINED_TABLE))
		dbc_rethrow(host, &error);
	dbc_query(host, "check/rule_drop", dbc_text(name));
	return true;
}

/* dbcheck_rule_add(name, relation, expression, options) */
DBC_RUN(dbcheck_rule_add)
{
	const dbcheck_rule_add_options *given =
		dbc_read_options(host, &args->options, dbcheck_rule_add_options);
	dbc_check_data_rule rule = {args->name.text,
								ended(host, args->expression.text),
								ended(host, given->where.text)};
	const char *repair_sql = ended(host, given->repair_sql.text);
	const char *severity =
		given->severity.given ? given->severity.text : "warning";
	dbc_json_node *result = dbc_json_object(host);
	const dbc_relation *table;
	bool replaced;

	if (*rule.name == '\0')
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "the name of a rule cannot be empty");
	dbc_refuse_options(host, args->relation.text, "relation");
	dbc_refuse_options(host, args->expression.text, "expression");
	dbc_need_tables(host);
	table = dbc_resolve(host, args->relation.text);
	try_rule(host, table, &rule, repair_sql);
	replaced = drop_rule(host, rule.name);
	dbc_query(host, "check/rule_store", dbc_text(rule.name),
			  dbc_text(table->shown), dbc_text(rule.expression),
			  dbc_text(rule.condition), dbc_text(severity),
			  dbc_text(given->message.text), dbc_text(repair_sql),
			  dbc_text(dbc_actor(host, dbc_read_settings(host))),
			  dbc_text(host->role));
	DBC_PUT_TEXT(result, name, rule.name);
	DBC_PUT_TEXT(result, table_name, table->shown);
	DBC_PUT_TEXT(result, action, replaced ? "replaced" : "added");
	dbc_json_emit(host, result);
}

/* dbcheck_rule_drop(name) */
DBC_RUN(dbcheck_rule_drop)
{
	dbc_json_node *result = dbc_json_object(host);

	if (!dbc_has_tables(host) || !drop_rule(host, args->name.text))
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbcheck_rules() lists the rules.",
				 "rule \"%s\" does not exist", args->name.text);
	DBC_PUT_TEXT(result, name, args->name.text);
	DBC_PUT_TEXT(result, action, "dropped");
	dbc_json_emit(host, result);
}

/* The stored rules; none if dbcare's tables do not exist or are too old. */
static const dbc_rows *
query_rules(dbc_host *host)
{
	static const dbc_rows none = {0};

	return !dbc_has_tables(host) ? &none : dbc_query(host, "check/rules");
}

/* dbcheck_rules() */
DBC_RUN(dbcheck_rules)
{
	const dbc_rows *rows = query_rules(host);

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "tttTtTTttT");

		dbc_emit(host, cells[0], cells[1], cells[2], cells[3], cells[4],
				 cells[5], cells[6], cells[7], cells[8]);
	}
}

void
dbc_check_require_author(dbc_host *host, const char *rule, const char *author,
						 const dbc_relation *table)
{
	dbc_require_author(
		host,
		&(dbc_stored){.what = dbc_format(host, "rule \"%s\"", rule),
					  .author = author,
					  .hint =
						  "Read the rule, then call dbcheck_rule_add() as "
						  "the owner of the table, or dbcheck_rule_drop()."},
		table);
}

const dbc_check_stored_rule *
dbc_check_read_rules(dbc_host *host, int *nrules)
{
	const dbc_rows *rows = query_rules(host);
	dbc_check_stored_rule *rules =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*rules));

	for (int i = 0; i < rows->nrows; i++)
		rules[i] = (dbc_check_stored_rule){
			.rule = {dbc_get_text(host, rows, i, COLUMN_NAME),
					 dbc_get_text(host, rows, i, COLUMN_EXPRESSION),
					 dbc_get_text_or_null(host, rows, i, COLUMN_CONDITION)},
			.table = dbc_get_text(host, rows, i, COLUMN_TABLE),
			.severity =
				dbc_get_word(host, rows, i, COLUMN_SEVERITY, severities),
			.message = dbc_get_text_or_null(host, rows, i, COLUMN_MESSAGE),
			.repair_sql =
				dbc_get_text_or_null(host, rows, i, COLUMN_REPAIR_SQL),
			.author = dbc_get_text_or_null(host, rows, i, COLUMN_AUTHOR)};
	*nrules = rows->nrows;
	return rules;
}
