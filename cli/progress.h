/*
 * progress.h
 *	  A bar that shows how far a long call is, with its rate and the time that
 *	  is left, on standard error if that is a terminal.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/database.h"

/* Watches the call that db begins: a thread asks dbcare_progress(), on
 * PostgreSQL by a second connection, once the call has taken half a second. */
extern void cli_progress_begin(cli_database *db);

/* Ends that, and clears the line. */
extern void cli_progress_end(void);

#endif /* CLI_PROGRESS_H */
