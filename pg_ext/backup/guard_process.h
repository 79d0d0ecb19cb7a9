/*
 * guard_process.h
 *	  The process between a backend and the program that it runs.
 */
#ifndef DBCPG_BACKUP_GUARD_PROCESS_H
#define DBCPG_BACKUP_GUARD_PROCESS_H

#include "pg_ext/core/compat.h"

/* What the guard needs; nothing is allocated after the fork. */
typedef struct dbcpg_guarded
{
	const char *path;
	char *const *argv;
	char *const *environment;
	int stop_signal;
	int null;	  /* /dev/null, open for reading and writing */
	int input;	  /* standard input of the program */
	int output;	  /* standard output of the program */
	int messages; /* standard error */
	int status;	  /* where the guard writes how the program has ended */
	pid_t backend;
	sigset_t unblocked;
} dbcpg_guarded;

/* Signals that the guard understands: end the program; kill it now. */
#define DBCPG_GUARD_STOP SIGTERM
#define DBCPG_GUARD_KILL SIGUSR1

/* Runs in a new process, whose signals are blocked. */
extern _Noreturn void dbcpg_backup_guard_process(const dbcpg_guarded *work);

#endif /* DBCPG_BACKUP_GUARD_PROCESS_H */
