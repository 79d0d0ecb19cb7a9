/*
 * run.c
 *	  dbcheck_run: verifies constraints and data rules in one pass per table.
 */
#include "common/check/check.h"
#include "common/core/functions.h"

#include "common/core/text.h"

/* What to verify, and the callback for violations. */
typedef struct verification
{
	/* its kinds, samples and memory are the same for all tables */
	dbc_check_task task;
	const dbc_check_stored_rule *rules;
	bool *done; /* per rule: verified */
	int nrules;
	dbc_check_violation_found *found;
	void *arg;
} verification;

/* ---- one table ---- */

static const dbc_check_stored_rule *
find_rule(const verification *r, const char *name)
{
	int i;

	for (i = 0; !dbc_same(r->rules[i].rule.name, name); i++)
		;
	return &r->rules[i];
}

/* The severity of a violation: duplicate keys mean that a unique index is
 * damaged. */
static const char *
severity_of(const dbc_check_result *result, const dbc_check_stored_rule *rule)
{
	if (result->violations < 0)
		return "unknown";
	if (rule)
		return rule->severity;
	return result->kind <= DBC_K_EXCLUSION ? "critical" : "warning";
}

/* The message of a violation: the rule's, if it has one. */
static const char *
message_of(dbc_host *host, const dbc_check_result *result,
		   const dbc_check_stored_rule *rule)
{
	if (result->violations > 0 && rule && rule->message && *rule->message)
		return dbc_format(host, "%s: %s",
						  dbc_count_text(host, result->violations, "row"),
						  rule->message);
	return dbc_check_result_message(host, result);
}

/* Reports a result with violations or without an answer. */
static void
pass_on(dbc_host *host, const verification *r, const dbc_check_result *result)
{
	bool is_rule = result->kind == DBC_K_RULE;
	const dbc_check_stored_rule *rule =
		is_rule ? find_rule(r, result->name) : NULL;
	dbc_check_violation violation = {.table = r->task.table->shown,
									 .name = result->name,
									 .result = result,
									 .is_rule = is_rule,
									 .is_repairable = rule && rule->repair_sql,
									 .severity = severity_of(result, rule),
									 .message = message_of(host, result, rule)};

	r->found(host, &violation, r->arg);
}

static void
verify_table(dbc_host *host, const verification *r)
{
	dbc_check_table_results verified = dbc_check_verify_table(host, &r->task);
	dbc_check_violation unknown = {.table = r->task.table->shown,
								   .severity = "unknown",
								   .message = verified.failure};

	if (verified.failure)
		r->found(host, &unknown, r->arg);
	for (int i = 0; i < verified.count; i++)
		if (verified.results[i].violations != 0)
			pass_on(host, r, &verified.results[i]);
}

/* A rule that is to run for a table. */
typedef struct rule_use
{
	const dbc_check_stored_rule *rule;
	const dbc_relation *table;
} rule_use;

static void
require_author(dbc_host *host, void *arg)
{
	const rule_use *use = arg;

	dbc_check_require_author(host, use->rule->rule.name, use->rule->author,
							 use->table);
}

/* Whether the author of a rule may have it run; if not, that is reported. */
static bool
may_run(dbc_host *host, const verification *r,
		const dbc_check_stored_rule *rule)
{
	rule_use use = {rule, r->task.table};
	dbc_error error;
	dbc_check_violation unknown = {.table = use.table->shown,
								   .name = rule->rule.name,
								   .is_rule = true,
								   .severity = "unknown"};

	if (dbc_guard(host, require_author, &use, DBC_KEEP, true, &error))
		return true;
	unknown.message = dbc_format(host, "%s: %s", error.message, error.detail);
	r->found(host, &unknown, r->arg);
	return false;
}

/* The rules of a table, which are marked as verified. */
static const dbc_check_data_rule *
take_rules(dbc_host *host, const verification *r, const char *table, int *count)
{
	dbc_check_data_rule *rules =
		dbc_alloc(host, ((size_t) r->nrules + 1) * sizeof(*rules));

	*count = 0;
	for (int i = 0; i < r->nrules; i++)
	{
		if (r->done[i] || !dbc_same(r->rules[i].table, table))
			continue;
		r->done[i] = true;
		if (may_run(host, r, &r->rules[i]))
			rules[(*count)++] = r->rules[i].rule;
	}
	return rules;
}

/* ---- all tables ---- */

/* A table to look up in a guard. */
typedef struct lookup
{
	const char *name;
	const dbc_relation *table;
} lookup;

static void
find_relation(dbc_host *host, void *arg)
{
	lookup *l = arg;

	l->table = dbc_resolve(host, l->name);
}

/* Verifies the rules of tables that are not listed as user tables, such as
 * partitions. */
static void
verify_other_tables(dbc_host *host, verification *r)
{
	dbc_error error;

	r->task.kinds = 0;
	for (int i = 0; i < r->nrules; i++)
	{
		lookup l = {.name = r->rules[i].table};
		dbc_check_violation unknown = {.table = l.name,
									   .name = r->rules[i].rule.name,
									   .is_rule = true,
									   .severity = "unknown"};

		if (r->done[i])
			continue;
		if (dbc_guard(host, find_relation, &l, DBC_KEEP, true, &error))
		{
			r->task.table = l.table;
			r->task.rules = take_rules(host, r, l.name, &r->task.nrules);
			verify_table(host, r);
			continue;
		}
		unknown.message = error.message;
		r->found(host, &unknown, r->arg);
	}
}

static void
read_rules(dbc_host *host, void *arg)
{
	verification *r = arg;

	r->rules = dbc_check_read_rules(host, &r->nrules);
}

/* Reads the rules, if the caller may; else constraints are still verified. */
static void
read_rules_guarded(dbc_host *host, verification *r)
{
	dbc_error error;
	dbc_check_violation unknown = {.is_rule = true, .severity = "unknown"};

	if (dbc_guard(host, read_rules, r, DBC_KEEP, true, &error))
		return;
	r->nrules = 0;
	unknown.message = error.message;
	r->found(host, &unknown, r->arg);
}

void
dbc_check_run(dbc_host *host, const dbc_value *relation, unsigned kinds,
			  bool rules, int samples, dbc_check_violation_found *found,
			  void *arg)
{
	verification r = {.task = {.kinds = kinds,
							   .samples = samples,
							   .memory = dbc_check_key_memory(host)},
					  .found = found,
					  .arg = arg};
	int ntables;
	const dbc_relation *tables =
		dbc_check_find_tables(host, relation, &ntables);

	if (rules)
		read_rules_guarded(host, &r);
	r.done = dbc_alloc(host, (size_t) r.nrules + 1);
	for (int i = 0; i < ntables; i++)
	{
		dbc_progress(host, tables[i].shown, i, ntables);
		r.task.table = &tables[i];
		r.task.rules = take_rules(host, &r, tables[i].shown, &r.task.nrules);
		if (kinds || r.task.nrules > 0)
			verify_table(host, &r);
	}
	dbc_progress_end(host, ntables);
	if (relation->kind == DBC_NULL)
		verify_other_tables(host, &r);
}

/* ---- dbcheck_run ---- */

static const char *const sources[] = {"constraint", "rule", "integrity", NULL};

/* Whether a source is requested; all are by default. */
static bool
is_asked_for(const dbc_option_value *given, const char *source, bool by_default)
{
	if (!given->given)
		return by_default;
	for (int i = 0; given->texts[i]; i++)
		if (dbc_same(given->texts[i], source))
			return true;
	return false;
}

static void
emit_violation(dbc_host *host, const dbc_check_violation *violation, void *arg)
{
	const dbc_check_result *result = violation->result;

	(void) arg;
	dbc_emit(host, dbc_text(sources[violation->is_rule]),
			 dbc_text(violation->name), dbc_text(violation->table),
			 result ? dbc_check_result_violations(result) : dbc_null(),
			 dbc_text(violation->severity),
			 result ? dbc_check_result_keys(result) : dbc_null(),
			 dbc_text(violation->message));
}

static void
emit_damage(dbc_host *host, const dbc_check_damage *damage, void *arg)
{
	(void) arg;
	dbc_emit(host, dbc_text(sources[2]), dbc_text(damage->object), dbc_null(),
			 dbc_null(), dbc_text(damage->severity), dbc_null(),
			 dbc_text(damage->problem));
}

/* dbcheck_run(options) */
DBC_RUN(dbcheck_run)
{
	const dbcheck_run_options *given =
		dbc_read_options(host, &args->options, dbcheck_run_options);
	const dbc_option_value *asked = &given->sources;
	dbc_value relation = dbc_text(given->relation.text);
	unsigned kinds =
		is_asked_for(asked, "constraint", true) ? DBC_ALL_KINDS : 0;
	bool rules = is_asked_for(asked, "rule", true);

	if (kinds || rules)
		dbc_check_run(host, &relation, kinds, rules,
					  (int) dbc_option_or(&given->samples, DBC_DEFAULT_SAMPLES),
					  emit_violation, NULL);
	if (is_asked_for(asked, "integrity", relation.kind == DBC_NULL))
		dbc_check_find_damage(host, &given->level, emit_damage, NULL);
}
