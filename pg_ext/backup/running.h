/*
 * running.h
 *	  A program that runs, as the files see it that start it and talk to it.
 */
#ifndef DBCPG_BACKUP_RUNNING_H
#define DBCPG_BACKUP_RUNNING_H

#include "pg_ext/backup/program.h"

typedef enum dbcpg_stream_id
{
	DBCPG_OUTPUT,
	DBCPG_MESSAGE,
	DBCPG_STATUS,
	DBCPG_STREAMS
} dbcpg_stream_id;

/* What is read from a pipe. */
typedef struct dbcpg_stream
{
	int descriptor; /* -1: closed */
	char *data;
	Size length;
	Size most;
	bool keeps_end;
	bool cut;
} dbcpg_stream;

struct dbcpg_running
{
	dbcpg_host *host;
	pid_t guard; /* 0: reaped */
	dbcpg_stream streams[DBCPG_STREAMS];
	int input; /* what it reads; -1: nothing, or no more */
	int status;
	bool ended;
};

/* Reads what a stream has now; closes it at its end. */
extern void dbcpg_backup_running_drain(dbcpg_stream *stream);

/* Waits for the latch, for something to read, or for room in the input. */
extern void dbcpg_backup_running_await(dbcpg_running *running, long timeout_ms);

/* What a long wait must do. */
extern void dbcpg_backup_running_poll(void);

#endif /* DBCPG_BACKUP_RUNNING_H */
