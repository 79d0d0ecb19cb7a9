/*
 * check.c
 *	  Functions that the dbcheck functions share.
 */
#include "common/check/check.h"

#include <string.h>

#include "common/core/names.h"
#include "common/core/settings.h"
#include "common/core/text.h"

const char *const dbc_check_constraint_kind_names[DBC_K_RULE + 1] = {
	"primary_key", "unique", "exclusion", "foreign_key",
	"not_null",	   "check",	 "type",	  NULL};

typedef struct verify_call
{
	const dbc_check_task *task;
	dbc_check_table_results found;
} verify_call;

const dbc_relation *
dbc_check_find_tables(dbc_host *host, const dbc_value *relation, int *ntables)
{
	if (relation->kind == DBC_NULL)
		return DBC_CALL(host, check, tables)(host, ntables);
	dbc_refuse_options(host, relation->text, "relation");
	*ntables = 1;
	return dbc_resolve(host, relation->text);
}

/* Whether an error means damaged or unreadable data: a corrupted table or
 * index, or a file system failure.  User code can raise any of these. */
bool
dbc_check_is_damage(const dbc_error *error)
{
	return !error->by_owner && (dbc_same(error->sqlstate, "XX001") ||
								dbc_same(error->sqlstate, "XX002") ||
								dbc_starts_with(error->sqlstate, "58"));
}

bool
dbc_check_is_of_file(const dbc_error *error)
{
	return dbc_check_is_damage(error) && strchr(error->message, '/');
}

int64_t
dbc_check_key_memory(dbc_host *host)
{
	return dbc_setting_int(host, dbc_read_settings(host),
						   DBC_SETTING_check_memory_mb)
		   << 20;
}

static void
verify(dbc_host *host, void *arg)
{
	verify_call *call = arg;

	call->found.results =
		DBC_CALL(host, check, verify)(host, call->task, &call->found.count);
}

bool
dbc_check_is_asked_for(const dbc_check_task *task, int kind, const char *name)
{
	if (!(task->kinds & (1u << kind)))
		return false;
	if (!task->names)
		return true;
	for (int i = 0; task->names[i]; i++)
		if (dbc_same(task->names[i], name))
			return true;
	return false;
}

const char *
dbc_check_rules_json(dbc_host *host, const dbc_check_task *task)
{
	dbc_json_node *nodes = dbc_json_array(host);

	for (int i = 0; i < task->nrules; i++)
	{
		const dbc_check_data_rule *rule = &task->rules[i];
		dbc_json_node *node = dbc_json_object(host);

		DBC_PUT_TEXT(node, name, rule->name);
		DBC_PUT_TEXT(node, expression, rule->expression);
		DBC_PUT_TEXT(node, condition, rule->condition);
		dbc_json_push(nodes, node);
	}
	return dbc_json_text(nodes);
}

dbc_check_table_results
dbc_check_verify_table(dbc_host *host, const dbc_check_task *task)
{
	verify_call call = {.task = task};
	dbc_error error;

	if (!dbc_guard(host, verify, &call, DBC_KEEP, true, &error))
		call.found = (dbc_check_table_results){.failure = error.message};
	return call.found;
}

/* The predicate of a message, in the singular or the plural. */
static const char *
describe_violation(dbc_host *host, const dbc_check_result *result)
{
	bool one = result->violations == 1;

	switch (result->kind)
	{
		case DBC_K_PRIMARY_KEY:
		case DBC_K_UNIQUE:
			return dbc_format(host, "%s a key of (%s)",
							  one ? "repeats" : "repeat", result->columns);
		case DBC_K_EXCLUSION:
			return dbc_format(host, "%s with another in (%s)",
							  one ? "conflicts" : "conflict", result->columns);
		case DBC_K_FOREIGN_KEY:
			return dbc_format(host, "%s no parent in %s (%s)",
							  one ? "has" : "have", result->parent,
							  result->parent_columns);
		case DBC_K_NOT_NULL:
			return dbc_format(host, "%s null in %s", one ? "is" : "are",
							  result->columns);
		case DBC_K_TYPE:
			return dbc_format(host, "%s a value in %s that is not of type %s",
							  one ? "has" : "have", result->columns,
							  result->type);
		case DBC_K_RULE:
			return dbc_format(host, "%s the rule %s",
							  one ? "violates" : "violate",
							  dbc_quote(host, result->name));
		default:
			return dbc_format(host, "%s %s", one ? "violates" : "violate",
							  dbc_quote(host, result->name));
	}
}

const char *
dbc_check_result_message(dbc_host *host, const dbc_check_result *result)
{
	if (result->violations < 0)
		return result->reason;
	if (result->violations == 0)
		return dbc_format(host, "every row satisfies %s", result->name);
	return dbc_format(host, "%s %s",
					  dbc_count_text(host, result->violations, "row"),
					  describe_violation(host, result));
}

dbc_value
dbc_check_result_violations(const dbc_check_result *result)
{
	return result->violations < 0 ? dbc_null() : dbc_int(result->violations);
}

dbc_value
dbc_check_result_keys(const dbc_check_result *result)
{
	const char *keys = result->sample_keys;

	return keys && !dbc_same(keys, "[]") ? dbc_json(keys) : dbc_null();
}
