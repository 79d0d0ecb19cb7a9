/*
 * program.c
 *	  Starts a program and waits for it; see program.h.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pipe2() */
#endif
#include "pg_ext/backup/running.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pg_ext/backup/guard_process.h"

#include "libpq/pqsignal.h"
#include "pgstat.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/procsignal.h"
#include "utils/memutils.h"

#include "common/core/text.h"

/* Bytes of its messages that are kept. */
#define MESSAGES 2000

/* Until a program that was told to end is killed. */
#define GRACE_MS 5000

/* ---- the start ---- */

/* Opens a pipe for a stream; returns the end for writing. */
static int
open_stream(dbcpg_running *running, dbcpg_stream_id id, Size most,
			bool keeps_end)
{
	dbcpg_stream *s = &running->streams[id];
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("could not create a pipe: %m"));
	(void) fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*s = (dbcpg_stream){
		.descriptor = ends[0], .most = most, .keeps_end = keeps_end};
	s->data = palloc(most + 1);
	return ends[1];
}

/* Opens a pipe for what the program reads; returns the end for reading. */
static int
open_input(dbcpg_running *running)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("could not create a pipe: %m"));
	(void) fcntl(ends[1], F_SETFL, O_NONBLOCK);
	running->input = ends[1];
	return ends[0];
}

/* A list of words, ended by NULL, with others after it. */
static char **
words(const char *const *first, const char *const *second)
{
	int count = 0;
	int next = 0;
	char **list;

	for (int i = 0; first[i]; i++)
		count++;
	for (int i = 0; second && second[i]; i++)
		count++;
	list = palloc((Size) (count + 1) * sizeof(*list));
	for (int i = 0; first[i]; i++)
		list[next++] = (char *) (uintptr_t) first[i];
	for (int i = 0; second && second[i]; i++)
		list[next++] = (char *) (uintptr_t) second[i];
	list[next] = NULL;
	return list;
}

/* The fixed environment of all programs, without what a program has its own
 * of. */
static char **
environment_of(const dbcpg_program *program)
{
	/* nothing of the server's, which may hold secrets */
	static const char *const fixed[] = {"PATH=/usr/bin:/bin", "LANG=C",
										"LC_ALL=C", "HOME=/nonexistent", NULL};
	const char *own[lengthof(fixed)];
	int count = 0;

	for (int i = 0; fixed[i]; i++)
	{
		size_t name = strcspn(fixed[i], "=") + 1;
		bool replaced = false;

		for (int n = 0; program->environment && program->environment[n]; n++)
			replaced = replaced ||
					   strncmp(program->environment[n], fixed[i], name) == 0;
		if (!replaced)
			own[count++] = fixed[i];
	}
	own[count] = NULL;
	return words(own, program->environment);
}

/* Forks the guard; its descriptors are closed here. */
static void
fork_guard(dbcpg_running *running, dbcpg_guarded *work)
{
	sigset_t all;
	sigset_t before;
	int number;

	/* a handler of the backend must not run in the guard */
	sigfillset(&all);
	(void) sigprocmask(SIG_SETMASK, &all, &before);
	running->guard = fork();
	if (running->guard == 0)
		dbcpg_backup_guard_process(work);
	number = errno;
	(void) sigprocmask(SIG_SETMASK, &before, NULL);
	(void) close(work->null);
	(void) close(work->input);
	(void) close(work->output);
	(void) close(work->messages);
	(void) close(work->status);
	if (running->guard < 0)
	{
		running->guard = 0;
		errno = number;
		ereport(ERROR, errcode_for_file_access(),
				errmsg("could not start a process: %m"));
	}
}

static void
start(dbcpg_running *running, const dbcpg_program *program)
{
	/* PostgreSQL's programs look for others beside them */
	const char *name[2] = {program->path, NULL};
	dbcpg_guarded work = {
		.path = program->path,
		.argv = words(name, program->arguments),
		.environment = environment_of(program),
		.stop_signal = program->stop_signal ? program->stop_signal : SIGTERM,
		.backend = MyProcPid,
	};

	if (access(program->path, X_OK) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("program \"%s\" cannot be executed: %m", program->path),
				errhint("Install the client programs of PostgreSQL, or set "
						"dbcare.bindir to their directory."));
	sigemptyset(&work.unblocked);
	work.null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (work.null < 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be read: %m", "/dev/null"));
	work.input = program->takes_input ? open_input(running)
				 : program->input > 0 ? dup(program->input)
									  : dup(work.null);
	work.output = program->most > 0 || program->is_piped
					  ? open_stream(running, DBCPG_OUTPUT, program->most, false)
					  : dup(work.null);
	work.messages =
		open_stream(running, DBCPG_MESSAGE, MESSAGES, program->shows_end);
	work.status = open_stream(running, DBCPG_STATUS, sizeof(int), false);
	fork_guard(running, &work);
}

/* ---- the end ---- */

void
dbcpg_backup_program_end_input(dbcpg_running *running)
{
	if (running->input >= 0)
		(void) close(running->input);
	running->input = -1;
}

static void
close_streams(dbcpg_running *running)
{
	for (int i = 0; i < DBCPG_STREAMS; i++)
	{
		if (running->streams[i].descriptor >= 0)
			(void) close(running->streams[i].descriptor);
		running->streams[i].descriptor = -1;
	}
	dbcpg_backup_program_end_input(running);
}

/* Reaps the guard; returns whether it has ended. */
static bool
reap(dbcpg_running *running)
{
	pid_t ended;

	if (running->guard == 0)
		return true;
	do
		ended = waitpid(running->guard, NULL, WNOHANG);
	while (ended < 0 && errno == EINTR);
	if (ended != 0)
		running->guard = 0;
	return ended != 0;
}

/* Ends a program that still runs.  Interrupts are not served here. */
static void
stop(dbcpg_running *running)
{
	if (!reap(running))
	{
		(void) kill(running->guard, DBCPG_GUARD_STOP);
		for (int waited = 0; waited < GRACE_MS && !reap(running); waited += 10)
			pg_usleep(10000);
	}
	if (!reap(running))
	{
		(void) kill(running->guard, DBCPG_GUARD_KILL);
		while (!reap(running))
			pg_usleep(10000);
	}
	close_streams(running);
}

static void
stop_on_failure(int code, Datum arg)
{
	(void) code;
	stop((dbcpg_running *) DatumGetPointer(arg));
}

/* ---- waiting ---- */

/* Keeps bytes of a stream. */
static void
keep(dbcpg_stream *s, const char *bytes, Size length)
{
	Size most = s->most;
	Size over;

	if (s->length + length <= most)
	{
		memcpy(s->data + s->length, bytes, length);
		s->length += length;
		return;
	}
	s->cut = true;
	if (!s->keeps_end)
	{
		memcpy(s->data + s->length, bytes, most - s->length);
		s->length = most;
		return;
	}
	if (length > most)
	{
		bytes += length - most;
		length = most;
	}
	over = s->length + length - most;
	memmove(s->data, s->data + over, s->length - over);
	memcpy(s->data + most - length, bytes, length);
	s->length = most;
}

void
dbcpg_backup_running_drain(dbcpg_stream *s)
{
	char bytes[8192];
	ssize_t count;

	while (s->descriptor >= 0)
	{
		count = read(s->descriptor, bytes, sizeof(bytes));
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (count <= 0)
		{
			(void) close(s->descriptor);
			s->descriptor = -1;
			return;
		}
		keep(s, bytes, (Size) count);
	}
}

void
dbcpg_backup_running_await(dbcpg_running *running, long timeout_ms)
{
	WaitEventSet *set = dbcpg_create_wait_set(DBCPG_STREAMS + 3);
	WaitEvent event;

	PG_TRY();
	{
		(void) AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch,
								 NULL);
		(void) AddWaitEventToSet(set, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET,
								 NULL, NULL);
		for (int i = 0; i < DBCPG_STREAMS; i++)
			if (running->streams[i].descriptor >= 0)
				(void) AddWaitEventToSet(set, WL_SOCKET_READABLE,
										 running->streams[i].descriptor, NULL,
										 NULL);
		if (running->input >= 0)
			(void) AddWaitEventToSet(set, WL_SOCKET_WRITEABLE, running->input,
									 NULL, NULL);
		(void) WaitEventSetWait(set, timeout_ms, &event, 1, PG_WAIT_EXTENSION);
	}
	PG_FINALLY();
	{
		FreeWaitEventSet(set);
	}
	PG_END_TRY();
	ResetLatch(MyLatch);
}

static bool
is_open(const dbcpg_running *running)
{
	for (int i = 0; i < DBCPG_STREAMS; i++)
		if (running->streams[i].descriptor >= 0)
			return true;
	return false;
}

/* Takes note of the end of the program. */
static void
note_end(dbcpg_running *running)
{
	const dbcpg_stream *status = &running->streams[DBCPG_STATUS];

	running->status = -1;
	if (status->length == sizeof(int))
		memcpy(&running->status, status->data, sizeof(int));
	while (!reap(running))
		pg_usleep(1000);
	running->ended = true;
}

/* The whole lines of what was kept of more; all of it if that is no line. */
static char *
whole_lines(const dbcpg_stream *s)
{
	const char *end =
		s->keeps_end ? strchr(s->data, '\n') : strrchr(s->data, '\n');

	if (!s->cut || !end || (s->keeps_end && !end[1]))
		return pstrdup(s->data);
	return s->keeps_end ? pstrdup(end + 1)
						: pnstrdup(s->data, (Size) (end - s->data));
}

/* The text of a stream in the core's encoding; other bytes become '?'. */
static const char *
text_of(dbcpg_stream *s, bool are_lines)
{
	char *text;
	Size length;

	if (!s->data)
		return "";
	s->data[s->length] = '\0';
	text = are_lines ? whole_lines(s) : pstrdup(s->data);
	length = strlen(text);
	while (length > 0 && isspace((unsigned char) text[length - 1]))
		text[--length] = '\0';
	for (char *next = text; *next;)
	{
		Size valid = dbc_valid_utf8(next, strlen(next));

		next += valid;
		if (*next)
			*next++ = '?';
	}
	return text;
}

void
dbcpg_backup_running_poll(void)
{
	CHECK_FOR_INTERRUPTS();
	/* DROP DATABASE waits for all processes, also for those in which
	 * interrupts wait */
	if (ProcSignalBarrierPending)
		ProcessProcSignalBarrier();
}

dbc_program_end
dbcpg_backup_program_wait(dbcpg_running *running, int64 timeout_ms)
{
	TimestampTz end =
		TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout_ms);
	dbc_program_end outcome;

	while (!running->ended)
	{
		long left = -1;

		dbcpg_backup_running_poll();
		for (int i = 0; i < DBCPG_STREAMS; i++)
			dbcpg_backup_running_drain(&running->streams[i]);
		if (!is_open(running))
		{
			note_end(running);
			break;
		}
		if (timeout_ms >= 0)
		{
			left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), end);
			if (left == 0)
				break;
		}
		dbcpg_backup_running_await(running, left);
	}
	outcome = (dbc_program_end){
		.ended = running->ended,
		.status = running->status,
		.output = text_of(&running->streams[DBCPG_OUTPUT], false),
		.cut = running->streams[DBCPG_OUTPUT].cut,
		.messages = text_of(&running->streams[DBCPG_MESSAGE], true)};
	return outcome;
}

void
dbcpg_backup_program_signal(dbcpg_running *running, int number)
{
	if (running->guard != 0)
		(void) kill(running->guard, number);
}

void
dbcpg_backup_program_with(dbcpg_host *host, const dbcpg_program *program,
						  void (*fn)(dbcpg_host *, dbcpg_running *, void *),
						  void *arg)
{
	dbcpg_running *running =
		MemoryContextAllocZero(host->call, sizeof(*running));

	running->host = host;
	running->input = -1;
	for (int i = 0; i < DBCPG_STREAMS; i++)
		running->streams[i].descriptor = -1;
	/* also when this process is told to end */
	PG_ENSURE_ERROR_CLEANUP(stop_on_failure, PointerGetDatum(running));
	{
		start(running, program);
		fn(host, running, arg);
	}
	PG_END_ENSURE_ERROR_CLEANUP(stop_on_failure, PointerGetDatum(running));
	stop(running);
}

static void
wait_for_end(dbcpg_host *host, dbcpg_running *running, void *arg)
{
	dbc_program_end *outcome = arg;

	(void) host;
	*outcome = dbcpg_backup_program_wait(running, -1);
}

dbc_program_end
dbcpg_backup_program_run(dbcpg_host *host, const dbcpg_program *program)
{
	dbc_program_end outcome = {0};

	dbcpg_backup_program_with(host, program, wait_for_end, &outcome);
	return outcome;
}
