/*
 * lint_step.h
 *	  Lint findings of a step of a plan.
 */
#ifndef DBC_MIGRATE_LINT_STEP_H
#define DBC_MIGRATE_LINT_STEP_H

#include "common/lint/run.h"
#include "common/migrate/migrate.h"

/* Lints a step, as dbc_lint_source_text() lints a script. */
extern dbc_lint_result
dbc_migrate_lint_step(dbc_lint_runner *linter, const dbc_migration *migration,
					  const dbc_migrate_prepared_script *prepared, bool up);

#endif /* DBC_MIGRATE_LINT_STEP_H */
