/*
 * ship.h
 *	  What continuous backup stores is given to a command, by a process beside
 *	  the one that stores it: a slow network delays neither that nor the
 *	  application.
 */
#ifndef CLI_SHIP_H
#define CLI_SHIP_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct cli_shipper
{
	pid_t pid;
	int lifeline; /* it ends when this is closed, by whatever end of the
					 process that has it */
} cli_shipper;

/* Begins to give a shell command the backups of a database in a directory; the
 * texts must stay.  Prints why it cannot. */
extern bool cli_ship_begin(cli_shipper *shipper, const char *command,
						   const char *directory, const char *database);

/* Ends it when the command has what there is; false if it does not have it. */
extern bool cli_ship_end(cli_shipper *shipper);

#endif /* CLI_SHIP_H */
