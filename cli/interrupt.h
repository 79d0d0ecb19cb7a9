/*
 * interrupt.h
 *	  Ctrl-C: the first one cancels the call that runs, the next one ends the
 *	  command.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include "cli/database.h"

/* From now on the signals of an interactive stop cancel what db runs. */
extern void cli_interrupt_begin(cli_database *db);
extern void cli_interrupt_end(void);

/* Whether the next signal ends the command: nothing runs that could be
 * cancelled, and nothing would be left behind. */
extern void cli_interrupt_ends(bool ends);

/* Before the terminal is changed, with "", and while it is: if a signal ends
 * the command, this text is sent to it, and its mode becomes what it was. NULL:
 * it has been restored. The text must stay. */
extern void cli_interrupt_restores(const char *text);

/* Whether a signal has come since the command started. */
extern bool cli_interrupted(void);

/* Handles the signals; a closed pipe ends output, not the command. */
extern void cli_interrupt_setup(void);

#endif /* CLI_INTERRUPT_H */
