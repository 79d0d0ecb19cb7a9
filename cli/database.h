/*
 * database.h
 *	  A connection to a database, and calls of dbcare's functions through it: by
 *	  libpq, or by SQLite in this process.
 *
 * Calls return false after a failure and leave its description in db->error.
 */
#ifndef CLI_DATABASE_H
#define CLI_DATABASE_H

#include <stdbool.h>

#include "cli/target.h"
#include "common/core/dbc.h"

typedef struct cli_result
{
	int ncolumns;
	int nrows;
	char **names;
	dbc_type *types;
	char **cells;  /* row by row; NULL is null */
	bool is_value; /* one value, not rows */
} cli_result;

typedef struct cli_error
{
	char *message;
	char *detail; /* NULL if there is none, as hint */
	char *hint;
	char *context;	  /* [PG] where in a script it is */
	char sqlstate[6]; /* "" on SQLite */
	bool cancelled;
	bool unwritable; /* nothing can be written now: there is no right to, or
						others write */
	bool lost;		 /* the connection ended */
	bool damaged;	 /* [SQLite] what was read is no sound database */
} cli_error;

/* What a running call says of itself; phase is NULL if nothing runs. */
typedef struct cli_phase
{
	char *phase;
	long long done;
	long long total;
} cli_phase;

typedef struct cli_database cli_database;

/* What an engine does. */
typedef struct cli_driver
{
	/* Opens db->target; with create also a file that does not exist. */
	bool (*open)(cli_database *db, bool create);
	void (*close)(cli_database *db);
	/* Runs one statement that only reads; parameters are text, as is what
	 * result gets. */
	bool (*run)(cli_database *db, const char *sql, int nparams,
				const char *const *params, cli_result *result);

	/* Runs a command that looks up no names, such as BEGIN. */
	bool (*command)(cli_database *db, const char *sql);
	/* Calls a function, as cli_call(). */
	bool (*call)(cli_database *db, const dbc_function *fn,
				 const char *const *args, cli_result *result);
	/* Ends the statement that runs; called in a signal handler. */
	void (*cancel)(cli_database *db);
	/* The phase of the call that db runs, called in another thread. */
	void (*progress)(cli_database *db, cli_phase *phase);
} cli_driver;

struct cli_database
{
	cli_target target;
	const cli_driver *driver;
	void *connection;		/* of the driver */
	char *schema;			/* of dbcare's functions, quoted; "" on SQLite */
	bool quiet;				/* prints no notices and no progress */
	bool read_only;			/* [SQLite] the file is opened so */
	bool extension_missing; /* functions of dbcare run in this process */
	/* what the command line names, and the function that was called last */
	const struct cli_verb *verb;
	const dbc_function *called;
	cli_error error;
};

extern bool cli_sqlite_is_missing(const char *path);
extern const cli_driver cli_sqlite_driver;
extern const cli_driver cli_postgresql_driver;
extern const cli_driver cli_offline_driver;

/* Does once what the thread of dbmonitor_start() does; *taken is false if the
 * database is not monitored.  Only with works what is due besides the sample is
 * done, too; otherwise *due is whether there is some. */
extern bool cli_sqlite_take_turn(cli_database *db, bool works, bool *taken,
								 double *interval_seconds, bool *due);

/* Opens the database; if that fails, the error has an advice. */
extern bool cli_connect(cli_database *db, const cli_target *target,
						bool create);

/* The same, and prints the error. */
extern bool cli_open(cli_database *db, const cli_target *target, bool create);
extern void cli_close(cli_database *db);

/* The function of dbcare's with this name, which must exist. */
extern const dbc_function *cli_function(const char *name);

/* Calls a function; args has one text per declared argument, NULL for null or
 * an omitted one. Returns false after a failure. */
extern bool cli_call(cli_database *db, const char *function,
					 const char *const *args, cli_result *result);

/* From now on functions run in this process, also if a server has the
 * extension, so that files are those of this machine. */
extern bool cli_call_here(cli_database *db);

/* Runs a command that looks up no names, such as BEGIN. */
extern bool cli_command(cli_database *db, const char *sql);

/* The statement that calls a function with its first nargs arguments as
 * parameters. */
extern char *cli_call_text(const cli_database *db, const dbc_function *fn,
						   int nargs);

/* The value of a call with one row and column; NULL after a failure, or for
 * null. */
extern char *cli_call_value(cli_database *db, const char *function,
							const char *const *args);

/* Prints db->error. */
extern void cli_print_error(const cli_database *db);

/* Adds to db->error where in a script it is; NULL: nowhere. */
extern void cli_set_context(cli_database *db, const char *context);

/* Sets the SQLSTATE of db->error, and what follows from it. */
extern void cli_set_state(cli_database *db, const char *sqlstate);

/* Sets db->error. */
extern void cli_set_error(cli_database *db, const char *message,
						  const char *detail, const char *hint);

/* Room for the cells of a result, all null. */
extern cli_result cli_new_result(int ncolumns, int nrows);
extern void cli_free_result(cli_result *result);

static inline char **
cli_cell(const cli_result *result, int row, int column)
{
	return &result->cells[(size_t) row * (size_t) result->ncolumns +
						  (size_t) column];
}

/* Removes all columns but those with these names, up to a NULL. */
extern void cli_choose_columns(cli_result *result, const char *const *names);

/* The column with this name, or -1. */
extern int cli_column(const cli_result *result, const char *name);

#endif /* CLI_DATABASE_H */
