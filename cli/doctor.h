/*
 * doctor.h
 *	  Tests of what dbcare needs: connection, versions, rights and disk.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/database.h"

/*
 * Opens the database and tests it: columns test, severity (ok, warning or
 * critical), message and suggestion, a row per test. A database that cannot be
 * opened ends the tests; db then stays closed, except where the extension alone
 * is missing.
 */
extern cli_result cli_examine(cli_database *db, const cli_target *target,
							  bool create);

/* Whether a result of cli_examine() has a row with this severity. */
extern bool cli_examined(const cli_result *result, const char *severity);

#endif /* CLI_DOCTOR_H */
