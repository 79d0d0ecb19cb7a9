/*
 * lint_step.h
 *	  What the lint finds in a step of a plan.
 */
#ifndef DBC_MIGRATE_LINT_STEP_H
#define DBC_MIGRATE_LINT_STEP_H

#include "common/lint/run.h"
#include "common/migrate/migrate.h"

/* Looks at a step as dbc_lint_source_text() looks at a script. */
extern dbc_lint_result
dbc_migrate_lint_step(dbc_lint_runner *linter, const dbc_migration *migration,
					  const dbc_migrate_prepared_script *prepared, bool up);

#endif /* DBC_MIGRATE_LINT_STEP_H */
