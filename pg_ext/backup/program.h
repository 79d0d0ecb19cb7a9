/*
 * program.h
 *	  Programs of PostgreSQL that a backend starts and waits for.
 *
 * No shell sees an argument.  The backend itself waits, on its latch: a
 * background worker could do no more, since the process that waits must be told
 * of a cancel, and the end of a worker would leave the program behind just like
 * the end of a backend.  A guard process between both prevents that: it ends
 * the program, and all that the program has started, when the backend is gone.
 */
#ifndef DBCPG_BACKUP_PROGRAM_H
#define DBCPG_BACKUP_PROGRAM_H

#include "pg_ext/core/host.h"

#include "common/backup/program.h"

typedef struct dbcpg_program
{
	const char *path;				/* absolute */
	const char *const *arguments;	/* after its path, ended by
									   NULL */
	const char *const *environment; /* NAME=value besides the fixed ones, which
									   they replace, ended by NULL; or NULL */
	int stop_signal;  /* ends it when the call is cancelled; 0: SIGTERM */
	Size most;		  /* bytes of its output to return; 0: none is read */
	bool is_piped;	  /* its output is read by dbcpg_backup_program_read() */
	bool takes_input; /* it reads what dbcpg_backup_program_write() writes */
	int input;		  /* else a descriptor that it reads; 0: nothing */
	bool shows_end;	  /* keeps the end of its messages, not the beginning */
} dbcpg_program;

/* A program that runs. */
typedef struct dbcpg_running dbcpg_running;

/* Runs a program to its end. */
extern dbc_program_end dbcpg_backup_program_run(dbcpg_host *host,
												const dbcpg_program *program);

/* Starts a program, runs fn(host, running, arg), and ends the program if it
 * still runs. */
extern void
dbcpg_backup_program_with(dbcpg_host *host, const dbcpg_program *program,
						  void (*fn)(dbcpg_host *, dbcpg_running *, void *),
						  void *arg);

/* Waits until the program ends, but at most timeout_ms (-1: without limit). */
extern dbc_program_end dbcpg_backup_program_wait(dbcpg_running *running,
												 int64 timeout_ms);

/* ---- pipe.c ---- */

/* Reads up to length bytes of its output; 0 at its end. */
extern Size dbcpg_backup_program_read(dbcpg_running *running, void *bytes,
									  Size length);

/* Writes to its standard input; fails in words if the program has ended. */
extern void dbcpg_backup_program_write(dbcpg_running *running, const char *name,
									   const void *bytes, Size length);

/* Runs a command of a superuser; see common/backup/host.h. */
extern void dbcpg_backup_with_command(dbc_host *host, const char *command,
									  bool reads,
									  void (*fn)(dbc_host *, void *, void *),
									  void *arg);
extern size_t dbcpg_backup_read_pipe(dbc_host *host, void *pipe, void *bytes,
									 size_t length);
extern void dbcpg_backup_write_pipe(dbc_host *host, void *pipe,
									const void *bytes, size_t length);

/* Nothing more comes to its standard input. */
extern void dbcpg_backup_program_end_input(dbcpg_running *running);

/* Sends a signal to a program and what it has started. */
extern void dbcpg_backup_program_signal(dbcpg_running *running, int number);

#endif /* DBCPG_BACKUP_PROGRAM_H */
