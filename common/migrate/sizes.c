/*
 * sizes.c
 *	  What holds for migrations that run to be undone, on a database in use: no
 *	  large table is read, changed or rewritten as a whole.
 */
#include "common/migrate/sizes.h"

#include "common/core/wording.h"
#include "common/migrate/lint_step.h"

/* A step whose table sizes are checked. */
typedef struct sizing
{
	dbc_host *host;
	const dbc_migrate_step *step;
	const dbc_lint_result *linted;
	double max_mb;
} sizing;

/* Fails if a table that a statement (counted from 0) reads or writes as a whole
 * is larger than max_mb. */
static void
refuse_table(const sizing *s, int number, const dbc_lint_object *table,
			 const char *done)
{
	const double mb = (double) table->bytes / 1048576;

	if (table->measured && mb > s->max_mb)
		dbc_fail(
			s->host, DBC_NOT_READY,
			dbc_describe_position(s->host, &s->step->script->script, number + 1,
								  s->linted->script.statements[number].line),
			"The table would stay locked until the statement ends; pass "
			"{\"max_mb\": ...} to allow larger tables.",
			"table \"%s\" has %s and all of it would be %s", table->shown,
			dbc_bytes_text(s->host, (double) table->bytes), done);
}

/* Fails if a statement reads or writes all of a large table. */
static void
refuse_statement(const sizing *s, int number)
{
	const dbc_lint_analysis *analysis = &s->linted->analyses[number];

	for (int i = 0; i < analysis->neffects; i++)
		if (analysis->effects[i].rewrites || analysis->effects[i].scans)
			refuse_table(s, number, analysis->effects[i].object,
						 analysis->effects[i].rewrites ? "rewritten" : "read");
	for (int i = 0; i < analysis->noperations; i++)
		if (analysis->operations[i].object &&
			(analysis->operations[i].flags & DBC_OP_NO_WHERE))
			refuse_table(s, number, analysis->operations[i].object, "changed");
}

void
dbc_migrate_refuse_large(dbc_host *host, const dbc_migrate_step *steps,
						 int nsteps, int64_t max_mb)
{
	dbc_lint_runner *linter =
		dbc_lint_make_runner(host, dbc_read_settings(host));

	for (int i = 0; i < nsteps; i++)
	{
		const dbc_migrate_step *step = &steps[i];
		const dbc_lint_result linted =
			dbc_migrate_lint_step(linter, step->migration, step->script, true);
		const sizing sizing = {host, step, &linted, (double) max_mb};

		for (int s = 0; s < linted.script.nstatements; s++)
			refuse_statement(&sizing, s);
	}
}
