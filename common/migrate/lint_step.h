/*
 * lint_step.h
 *	  What the lint finds in a step of a plan.
 */
#ifndef DBC_MIGRATE_LINT_STEP_H
#define DBC_MIGRATE_LINT_STEP_H

#include "common/lint/run.h"
#include "common/migrate/migrate.h"

/* Looks at a step as dbc_lint_source_text() looks at a script. */
extern dbc_linted dbc_lint_step(dbc_linter *linter,
								const dbc_migration *migration,
								const dbc_prepared *prepared, bool up);

#endif /* DBC_MIGRATE_LINT_STEP_H */
