/*
 * migrations.h
 *	  The folder of migrations.
 */
#ifndef CLI_MIGRATIONS_H
#define CLI_MIGRATIONS_H

#include "cli/verbs.h"

/* Whether the verb reads the folder: it was named, or is there. */
extern bool cli_reads_folder(const cli_invocation *invocation);

/* Begins a transaction that can write. */
extern bool cli_begin(cli_invocation *invocation);

/* Registers the files of the folder, if there are any; *loaded is the document
 * about that, or NULL.  The error is in db, unless that has none: then it was
 * printed. */
extern bool cli_load_folder(cli_invocation *invocation, char **loaded);

/* The migration tool whose ledger is in the database, or NULL. */
extern char *cli_other_tool(cli_database *db);

#endif /* CLI_MIGRATIONS_H */
