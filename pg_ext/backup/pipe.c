/*
 * pipe.c
 *	  What programs print and read while they run.
 */
#include "pg_ext/backup/running.h"

#include <errno.h>
#include <unistd.h>

#include "common/core/text.h"

/* Reads the messages of a program, which would wait when a pipe is full. */
static void
read_messages(dbcpg_running *running)
{
	dbcpg_backup_running_poll();
	dbcpg_backup_running_drain(&running->streams[DBCPG_MESSAGE]);
	dbcpg_backup_running_drain(&running->streams[DBCPG_STATUS]);
}

Size
dbcpg_backup_program_read(dbcpg_running *running, void *bytes, Size length)
{
	dbcpg_stream *output = &running->streams[DBCPG_OUTPUT];

	while (output->descriptor >= 0)
	{
		ssize_t count = read(output->descriptor, bytes, length);

		if (count > 0)
		{
			CHECK_FOR_INTERRUPTS();
			return (Size) count;
		}
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		{
			read_messages(running);
			dbcpg_backup_running_await(running, -1);
			continue;
		}
		(void) close(output->descriptor);
		output->descriptor = -1;
	}
	return 0;
}

/* Fails for a program that reads no more. */
static void
refuse_end(dbcpg_running *running, const char *name)
{
	dbc_program_end outcome;

	dbcpg_backup_program_end_input(running);
	outcome = dbcpg_backup_program_wait(running, -1);
	dbc_backup_program_require(&running->host->base, name, &outcome);
	dbc_fail(&running->host->base, "38000", NULL, NULL,
			 "%s ended before it had read everything", name);
}

void
dbcpg_backup_program_write(dbcpg_running *running, const char *name,
						   const void *bytes, Size length)
{
	Size done = 0;

	while (done < length)
	{
		ssize_t count =
			write(running->input, (const char *) bytes + done, length - done);

		read_messages(running);
		if (count > 0)
			done += (Size) count;
		else if (count < 0 && errno == EINTR)
			continue;
		else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			dbcpg_backup_running_await(running, -1);
		else
			refuse_end(running, name);
	}
}

/* ---- commands of superusers ---- */

#define COMMAND "the command"

typedef struct commanding
{
	bool reads;
	void (*fn)(dbc_host *, void *, void *);
	void *arg;
} commanding;

static void
command(dbcpg_host *host, dbcpg_running *running, void *arg)
{
	const commanding *c = arg;
	dbc_program_end outcome;

	c->fn(&host->base, running, c->arg);
	dbcpg_backup_program_end_input(running);
	outcome = dbcpg_backup_program_wait(running, -1);
	dbc_backup_program_require(&host->base, COMMAND, &outcome);
}

void
dbcpg_backup_with_command(dbc_host *host, const char *text, bool reads,
						  void (*fn)(dbc_host *, void *, void *), void *arg)
{
	const char *arguments[] = {"-c", dbcpg_from_core(text), NULL};
	dbcpg_program program = {.path = "/bin/sh",
							 .arguments = arguments,
							 .is_piped = reads,
							 .takes_input = !reads,
							 .shows_end = true};
	commanding c = {reads, fn, arg};

	if (!superuser())
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("must be superuser to run a command"),
				errdetail("It runs as the system user of the server."));
	dbcpg_backup_program_with(dbcpg_of(host), &program, command, &c);
}

size_t
dbcpg_backup_read_pipe(dbc_host *host, void *pipe, void *bytes, size_t length)
{
	(void) host;
	return dbcpg_backup_program_read(pipe, bytes, length);
}

void
dbcpg_backup_write_pipe(dbc_host *host, void *pipe, const void *bytes,
						size_t length)
{
	(void) host;
	dbcpg_backup_program_write(pipe, COMMAND, bytes, length);
}
