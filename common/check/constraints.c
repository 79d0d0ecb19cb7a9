/*
 * constraints.c
 *	  dbcheck_constraints: verifies rows against the declared constraints.
 */
#include "common/check/check.h"
#include "common/core/functions.h"

#include "common/core/text.h"

/* The requested constraint names, and which of them exist. */
typedef struct wanted
{
	const char *const *names; /* ended by NULL, or NULL */
	bool *exists;			  /* per name: a constraint of that name exists */
	bool incomplete;		  /* a table could not be verified */
} wanted;

/* The kinds requested by an option, as bits; all if it is not given. */
static unsigned
chosen_kinds(const dbc_option_value *given)
{
	unsigned kinds = 0;

	if (!given->given)
		return DBC_ALL_KINDS;
	for (int i = 0; given->texts[i]; i++)
		for (int kind = 0; dbc_check_constraint_kind_names[kind]; kind++)
			if (dbc_same(dbc_check_constraint_kind_names[kind],
						 given->texts[i]))
				kinds |= 1u << kind;
	return kinds;
}

static wanted
wanted_names(dbc_host *host, const dbc_option_value *given)
{
	wanted wants = {0};
	size_t count = 0;

	if (!given->given)
		return wants;
	wants.names = given->texts;
	while (wants.names[count])
		count++;
	wants.exists = dbc_alloc(host, (count + 1) * sizeof(bool));
	return wants;
}

static void
mark_existing(wanted *wants, const char *name)
{
	for (int i = 0; wants->names && wants->names[i]; i++)
		if (dbc_same(wants->names[i], name))
			wants->exists[i] = true;
}

/* Fails if no constraint has a requested name.  */
static void
refuse_unknown(dbc_host *host, const wanted *wants)
{
	for (int i = 0; wants->names && wants->names[i] && !wants->incomplete; i++)
		if (!wants->exists[i])
			dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
					 "To list all constraints, set the option all of "
					 "dbcheck_constraints() to true.",
					 "constraint \"%s\" does not exist", wants->names[i]);
}

static void
emit_result(dbc_host *host, const dbc_relation *table,
			const dbc_check_result *result)
{
	dbc_emit(host, dbc_text(table->shown), dbc_text(result->name),
			 dbc_text(dbc_check_constraint_kind_names[result->kind]),
			 dbc_check_result_violations(result), dbc_check_result_keys(result),
			 dbc_text(dbc_check_result_message(host, result)));
}

static void
emit_failure(dbc_host *host, const dbc_relation *table, const char *failure)
{
	dbc_emit(host, dbc_text(table->shown), dbc_null(), dbc_null(), dbc_null(),
			 dbc_null(), dbc_text(failure));
}

/* Verifies one table and emits its results: all, or only those with violations
 * or without an answer. */
static void
check_table(dbc_host *host, const dbc_check_task *task, bool all, wanted *wants)
{
	dbc_check_table_results found = dbc_check_verify_table(host, task);

	if (found.failure)
	{
		wants->incomplete = true;
		emit_failure(host, task->table, found.failure);
	}
	for (int i = 0; i < found.count; i++)
	{
		mark_existing(wants, found.results[i].name);
		if (all || found.results[i].violations != 0)
			emit_result(host, task->table, &found.results[i]);
	}
}

/* dbcheck_constraints(relation, options) */
DBC_RUN(dbcheck_constraints)
{
	const dbcheck_constraints_options *given =
		dbc_read_options(host, &args->options, dbcheck_constraints_options);
	wanted wants = wanted_names(host, &given->constraints);
	int ntables;
	const dbc_relation *tables =
		dbc_check_find_tables(host, &args->relation, &ntables);
	dbc_check_task task = {
		.kinds = chosen_kinds(&given->kinds),
		.names = wants.names,
		.samples = (int) dbc_option_or(&given->samples, DBC_DEFAULT_SAMPLES),
		.memory = dbc_check_key_memory(host),
		.declared_types =
			given->types.given && dbc_same(given->types.text, "declared")};

	for (int i = 0; i < ntables; i++)
	{
		dbc_progress(host, tables[i].shown, i, ntables);
		task.table = &tables[i];
		check_table(host, &task, given->all.integer != 0, &wants);
	}
	dbc_progress_end(host, ntables);
	refuse_unknown(host, &wants);
}
