/*
 * program.c
 *	  Starts a program and waits for it; see program.h.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pipe2() */
#endif
#include "wire/backup/program.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "common/core/clock.h"
#include "common/core/text.h"

/* Bytes of its messages that are kept. */
#define MESSAGES 2000

/* Between two looks whether the call was cancelled. */
#define POLL_MS 100

/* Until a program that was told to end is killed. */
#define GRACE_MS 5000

/* Where a program finds the file with the password. */
#define PASSWORD_FILE 3

/* What is read from a pipe. */
typedef struct stream
{
	int descriptor; /* -1: closed */
	char *data;
	size_t length;
	size_t most;
	bool keeps_end;
	bool cut;
} stream;

typedef struct running
{
	dbcw_host *h;
	const dbcw_program *program;
	void (*fn)(dbc_host *, void *, void *);
	void *arg;
	pid_t pid; /* 0: none, or reaped */
	stream output;
	stream messages;
	int input; /* what it reads; -1: nothing, or no more */
	int status;
} running;

static void
close_descriptor(int *descriptor)
{
	if (*descriptor >= 0)
		(void) close(*descriptor);
	*descriptor = -1;
}

/* ---- the start ---- */

static void
make_pipe(dbcw_host *h, int ends[2], int ours)
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		dbc_fail(&h->base, "53000", NULL, NULL, "could not create a pipe: %s",
				 strerror(errno));
	(void) fcntl(ends[ours], F_SETFL, O_NONBLOCK);
}

/* Puts a descriptor in its place; from is above all places. */
static void
place(int from, int to)
{
	if (from >= 0 && dup2(from, to) < 0)
		_exit(127);
}

/* Becomes the program. */
static _Noreturn void
become(const dbcw_program *program, const int ends[4], pid_t parent)
{
	static const char failed[] = "cannot be executed\n";
	struct rlimit none = {0, 0};
	sigset_t signals;

	(void) setpgid(0, 0);
	(void) signal(SIGPIPE, SIG_DFL);
#ifdef __linux__
	(void) prctl(PR_SET_PDEATHSIG, program->stop_signal);
#endif
	/* it may have ended before that */
	if (getppid() != parent)
		_exit(127);
	for (int i = 0; i < 4; i++)
		place(ends[i], i);
	/* a core file would hold what was read */
	(void) setrlimit(RLIMIT_CORE, &none);
	(void) umask(077);
	sigemptyset(&signals);
	(void) sigprocmask(SIG_SETMASK, &signals, NULL);
	(void) execve(program->path, (char *const *) program->argv,
				  (char *const *) program->environment);
	(void) !write(STDERR_FILENO, failed, sizeof(failed) - 1);
	_exit(127);
}

/* A copy of a descriptor above those that the program has; -1 for none. */
static int
copy_above(int descriptor)
{
	return descriptor < 0
			   ? -1
			   : fcntl(descriptor, F_DUPFD_CLOEXEC, PASSWORD_FILE + 1);
}

/* Starts the program with these descriptors at 0 to 3. */
static void
start_with(running *r, const int from[4])
{
	pid_t parent = getpid();
	int ends[4];
	int number;

	for (int i = 0; i < 4; i++)
		ends[i] = copy_above(from[i]);
	r->pid = fork();
	if (r->pid == 0)
		become(r->program, ends, parent);
	number = errno;
	for (int i = 0; i < 4; i++)
		close_descriptor(&ends[i]);
	if (r->pid < 0)
	{
		r->pid = 0;
		dbc_fail(&r->h->base, "53000", NULL, NULL,
				 "could not start a process: %s", strerror(number));
	}
	(void) setpgid(r->pid, r->pid);
}

static void
start(running *r)
{
	const dbcw_program *program = r->program;
	dbcw_host *h = r->h;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int input[2] = {-1, -1};
	int output[2] = {-1, -1};
	int messages[2];

	make_pipe(h, messages, 0);
	r->messages.descriptor = messages[0];
	r->messages.data = dbc_alloc(&h->base, MESSAGES + 1);
	if (program->is_piped || program->most > 0)
	{
		make_pipe(h, output, 0);
		r->output.descriptor = output[0];
		r->output.data = dbc_alloc(&h->base, program->most + 1);
	}
	if (program->takes_input)
	{
		make_pipe(h, input, 1);
		r->input = input[1];
	}
	start_with(r, (int[]){program->takes_input	? input[0]
						  : program->input >= 0 ? program->input
												: null,
						  output[1] >= 0 ? output[1] : null, messages[1],
						  program->password});
	close_descriptor(&null);
	close_descriptor(&input[0]);
	close_descriptor(&output[1]);
	close_descriptor(&messages[1]);
}

/* ---- the end ---- */

void
dbcw_backup_end_input(void *pipe)
{
	close_descriptor(&((running *) pipe)->input);
}

void
dbcw_backup_signal_program(void *pipe, int number)
{
	const running *r = pipe;

	if (r->pid > 0)
		(void) kill(-r->pid, number);
}

/* Takes note of the end of the program; false if it runs. */
static bool
reap(running *r, int flags)
{
	pid_t ended;

	if (r->pid == 0)
		return true;
	do
		ended = waitpid(r->pid, &r->status, flags);
	while (ended < 0 && errno == EINTR);
	if (ended != 0)
		r->pid = 0;
	return ended != 0;
}

static void
wait_ms(long ms)
{
	const struct timespec pause = {.tv_nsec = ms * 1000000L};

	(void) nanosleep(&pause, NULL);
}

/* Ends a program that still runs. */
static void
stop(running *r)
{
	pid_t group = r->pid;

	if (!reap(r, WNOHANG))
	{
		(void) kill(-group, r->program->stop_signal);
		for (int waited = 0; waited < GRACE_MS && !reap(r, WNOHANG);
			 waited += 10)
			wait_ms(10);
	}
	if (!reap(r, WNOHANG))
	{
		(void) kill(-group, SIGKILL);
		(void) reap(r, 0);
	}
	close_descriptor(&r->output.descriptor);
	close_descriptor(&r->messages.descriptor);
	close_descriptor(&r->input);
}

static void
use(dbc_host *host, void *arg)
{
	running *r = arg;

	start(r);
	r->fn(host, r, r->arg);
}

void
dbcw_backup_start_program(dbcw_host *h, const dbcw_program *program,
						  void (*fn)(dbc_host *, void *, void *), void *arg)
{
	running r = {
		.h = h,
		.program = program,
		.fn = fn,
		.arg = arg,
		.output = {.descriptor = -1, .most = program->most},
		.messages = {.descriptor = -1, .most = MESSAGES, .keeps_end = true},
		.input = -1,
		.status = -1};
	bool done = dbcw_try(h, use, &r);

	stop(&r);
	if (!done)
		dbcw_rethrow(h);
}

/* ---- reading and waiting ---- */

/* Keeps bytes of a stream. */
static void
keep(stream *s, const char *bytes, size_t length)
{
	size_t room = s->most - s->length;

	s->cut |= length > room;
	if (length > room && !s->keeps_end)
		length = room;
	if (length > s->most)
	{
		bytes += length - s->most;
		length = s->most;
	}
	if (length > s->most - s->length)
	{
		size_t over = s->length + length - s->most;

		s->length -= over;
		memmove(s->data, s->data + over, s->length);
	}
	memcpy(s->data + s->length, bytes, length);
	s->length += length;
}

/* Reads what a stream has now; closes it at its end. */
static void
drain(stream *s)
{
	char bytes[8192];

	while (s->descriptor >= 0)
	{
		ssize_t count = read(s->descriptor, bytes, sizeof(bytes));

		if (count > 0)
			keep(s, bytes, (size_t) count);
		else if (count == 0 || (errno != EINTR && errno != EAGAIN))
			close_descriptor(&s->descriptor);
		else if (errno == EAGAIN)
			return;
	}
}

/* Waits until there is something to read, or room in the input; fails if the
 * call was cancelled. */
static void
await(running *r, int timeout_ms)
{
	struct pollfd all[3] = {{r->messages.descriptor, POLLIN, 0},
							{r->output.descriptor, POLLIN, 0},
							{r->input, POLLOUT, 0}};

	if (!r->program->must_end)
		dbc_poll(&r->h->base);
	if (timeout_ms < 0 || timeout_ms > POLL_MS)
		timeout_ms = POLL_MS;
	(void) poll(all, 3, timeout_ms);
}

/* The text of a stream, valid UTF-8: other bytes become '?'.  Of what was cut
 * only whole lines. */
static const char *
text_of(dbcw_host *h, const stream *s)
{
	const char *data = s->data;
	size_t length = s->length;
	const char *line = s->cut ? memchr(data, '\n', length) : NULL;
	char *text;

	if (!data)
		return "";
	if (s->keeps_end && line && line + 1 < data + length)
	{
		length -= (size_t) (line + 1 - data);
		data = line + 1;
	}
	while (length > 0 && isspace((unsigned char) data[length - 1]))
		length--;
	text = dbc_copy(&h->base, data, length);
	for (char *next = text; *next;)
	{
		next += dbc_valid_utf8(next, strlen(next));
		if (*next)
			*next++ = '?';
	}
	return text;
}

dbc_program_end
dbcw_backup_await_program(dbc_host *host, void *pipe, int64_t timeout_ms)
{
	running *r = pipe;
	int64_t end = dbc_microseconds() + timeout_ms * 1000;
	bool ended = false;

	for (;;)
	{
		int64_t left =
			timeout_ms < 0 ? POLL_MS : (end - dbc_microseconds()) / 1000;

		drain(&r->messages);
		if (!r->program->is_piped)
			drain(&r->output);
		ended = r->messages.descriptor < 0 && reap(r, WNOHANG);
		if (ended || left <= 0)
			break;
		/* it has closed its messages, and ends */
		if (r->messages.descriptor < 0)
			wait_ms(1);
		else
			await(r, (int) (left < POLL_MS ? left : POLL_MS));
	}
	return (dbc_program_end){.ended = ended,
							 .status = r->status,
							 .output = text_of(dbcw_of(host), &r->output),
							 .cut = r->output.cut,
							 .messages = text_of(dbcw_of(host), &r->messages)};
}

size_t
dbcw_backup_read_pipe(dbc_host *host, void *pipe, void *bytes, size_t length)
{
	running *r = pipe;

	(void) host;
	while (r->output.descriptor >= 0)
	{
		ssize_t count = read(r->output.descriptor, bytes, length);

		if (count > 0)
			return (size_t) count;
		if (count == 0 || (errno != EINTR && errno != EAGAIN))
			close_descriptor(&r->output.descriptor);
		else
		{
			/* it would wait when that pipe is full */
			drain(&r->messages);
			await(r, -1);
		}
	}
	return 0;
}

void
dbcw_backup_write_pipe(dbc_host *host, void *pipe, const void *bytes,
					   size_t length)
{
	running *r = pipe;
	size_t done = 0;

	while (done < length)
	{
		ssize_t count =
			write(r->input, (const char *) bytes + done, length - done);

		drain(&r->messages);
		if (count > 0)
			done += (size_t) count;
		else if (count < 0 && (errno == EINTR || errno == EAGAIN))
			await(r, -1);
		else
		{
			dbc_program_end end;

			dbcw_backup_end_input(r);
			end = dbcw_backup_await_program(host, r, -1);
			dbc_backup_program_require(host, "the command", &end);
			dbc_fail(host, "38000", NULL, NULL,
					 "the command ended before it had read everything");
		}
	}
}
