/*
 * program.h
 *	  Programs that the command starts and waits for.
 *
 * No shell sees an argument of PostgreSQL's programs.  A program is in a process
 * group of its own, so that Ctrl-C ends the call, which ends the program, and it
 * is ended when this process is gone.
 */
#ifndef DBCW_BACKUP_PROGRAM_H
#define DBCW_BACKUP_PROGRAM_H

#include "wire/core/host.h"

#include "common/backup/program.h"

/* What is started. */
typedef struct dbcw_program
{
	const char *path; /* absolute */
	const char *const *argv;
	const char *const *environment;
	int input;	  /* descriptor that it reads; -1: nothing */
	int password; /* descriptor of a password file, its descriptor 3; or -1 */
	size_t most;  /* as in dbc_program */
	bool is_piped;
	bool takes_input; /* it reads what dbcw_backup_write_pipe() writes */
	bool must_end;
	int stop_signal;
} dbcw_program;

extern void dbcw_backup_start_program(dbcw_host *h, const dbcw_program *program,
									  void (*fn)(dbc_host *, void *, void *),
									  void *arg);

/* Calls of the core; see common/backup/host.h. */
extern dbc_program_end dbcw_backup_await_program(dbc_host *host, void *running,
												 int64_t timeout_ms);
extern size_t dbcw_backup_read_pipe(dbc_host *host, void *pipe, void *bytes,
									size_t length);
extern void dbcw_backup_write_pipe(dbc_host *host, void *pipe,
								   const void *bytes, size_t length);

extern void dbcw_backup_signal_program(void *running, int number);

/* Nothing more comes to its standard input. */
extern void dbcw_backup_end_input(void *running);

#endif /* DBCW_BACKUP_PROGRAM_H */
