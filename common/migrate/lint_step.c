/*
 * lint_step.c
 *	  Lint findings of migrations that are about to run.
 */
#include "common/migrate/lint_step.h"
#include "common/migrate/run.h"

/* Lints a step of a plan on the schema the steps before it leave. */
dbc_lint_result
dbc_migrate_lint_step(dbc_lint_runner *linter, const dbc_migration *migration,
					  const dbc_migrate_prepared_script *prepared, bool up)
{
	const dbc_lint_source source = {
		.text = prepared->text,
		.split = prepared->error ? NULL : &prepared->script,
		.file = prepared->script.file,
		.first_line = prepared->script.first_line,
		.transactional = migration->transactional,
		.reversible = !up || migration->reversible || migration->empty_down ||
					  migration->repeatable,
		.follows = true};

	return dbc_lint_source_text(linter, &source);
}

/* Adds the errors among the findings of a step; returns their number. */
static int
add_errors(const dbc_migrate_step *step, const dbc_lint_result *linted,
		   dbc_buffer *words)
{
	int errors = 0;

	for (int i = 0; i < linted->count; i++)
	{
		const dbc_lint_finding *finding = &linted->items[i];

		if (finding->severity != DBC_LINT_ERROR)
			continue;
		errors++;
		dbc_append_format(words, "%sIn %s, line %d: %s (%s).",
						  words->length ? " " : "", step->script->script.label,
						  finding->line, finding->message,
						  dbc_lint_rules[finding->rule].id);
	}
	return errors;
}

/* Fails in production if the lint finds errors in what is about to run. */
void
dbc_migrate_refuse_dangerous(dbc_migrate_runner *r,
							 const dbc_setting_values *stored)
{
	const char *environment =
		dbc_setting_text(r->host, stored, DBC_SETTING_environment);
	dbc_lint_runner *linter;
	dbc_buffer words;
	int errors = 0;

	if (!dbc_same(environment, "production"))
		return;
	linter = dbc_lint_make_runner(r->host, stored);
	dbc_buffer_init(&words, r->host);
	for (int i = 0; i < r->nsteps; i++)
	{
		const dbc_migrate_step *step = &r->steps[i];
		const dbc_lint_result linted =
			dbc_migrate_lint_step(linter, step->migration, step->script, r->up);

		errors += add_errors(step, &linted, &words);
	}
	if (errors)
		dbc_fail(r->host, DBC_NOT_READY, words.data,
				 "dbmigrate_lint() suggests safe alternatives; {\"skip_lint\": "
				 "true} runs the migrations anyway.",
				 "this database is in production and the lint finds %s in the "
				 "scripts to run",
				 dbc_count_text(r->host, errors, "error"));
}
