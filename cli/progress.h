/*
 * progress.h
 *	  A bar that shows how far a long call is, with its rate and the time that
 *	  is left, on standard error if that is a terminal.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/database.h"
#include "cli/text.h"

/* Watches the call that db begins: a thread asks dbcare_progress(), on
 * PostgreSQL by a second connection, once the call has taken half a second. */
extern void cli_progress_begin(cli_database *db);

/* Ends that, and clears the line. */
extern void cli_progress_end(void);

/* The line of a bar: phase, part, rate and time left. */
extern void cli_add_bar(cli_text *out, const cli_phase *phase, double seconds,
						int width);

#endif /* CLI_PROGRESS_H */
