/*
 * ship.c
 *	  Giving a command what continuous backup stores; see ship.h.
 *
 * The command runs once for all that is new and reads a tar archive of it, with
 * the paths within the directory of backups.  Files of backups do not change and
 * changes are numbered, so that the number of the last ones of each backup is
 * all that is remembered, in a file of the directory.  What a command has got
 * that failed is given again.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pipe2, scandirat */
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/backup/follow_home.h"

#include "cli/child.h"
#include "cli/document.h"
#include "cli/folder.h"
#include "cli/ship.h"
#include "cli/tar.h"
#include "cli/terminal.h"

/* Between two looks, and after a failure. */
#define PERIOD_MS 1000
#define RETRY_MS  5000

/* How often a command is tried that fails at the end. */
#define LAST_TRIES 3

/* How often the time is given until which nothing has changed. */
#define STATE_SECONDS 60

#define MANIFEST "manifest.json"
#define CHANGES	 "changes"
#define STATE	 "state.json"
#define MOST	 (64 << 20)

/* Neither the backup itself was given, nor changes. */
#define NOTHING (-1)

/* A backup of the directory. */
typedef struct backup
{
	char *name;
	bool is_known;	/* whether it is one of the database */
	bool is_other;	/* it is not */
	bool is_there;	/* in this look */
	bool is_new;	/* has what was not given */
	long long last; /* changes that were given */
	long long next; /* that are given now */
	char *state;	/* text, read before the changes; NULL: there is none */
	char *given;	/* the same that was given */
} backup;

typedef struct shipping
{
	const char *command;
	const char *directory;
	const char *database;
	char *record; /* path of what is remembered */
	backup *list;
	int count;
	int at; /* the directory, open in a look */
	time_t state_at;
	bool failing;
} shipping;

/* ---- what was given ---- */

static backup *
find_backup(shipping *s, const char *name)
{
	for (int i = 0; i < s->count; i++)
		if (strcmp(s->list[i].name, name) == 0)
			return &s->list[i];
	s->list = realloc(s->list, ((size_t) s->count + 1) * sizeof(*s->list));
	if (!s->list)
		abort();
	s->list[s->count] = (backup){.name = cli_copy(name), .last = NOTHING};
	return &s->list[s->count++];
}

/* Reads a file of the directory; NULL if it cannot be read. */
static char *
read_text(int at, const char *name)
{
	int file = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	cli_text text = {0};
	char piece[4096];
	ssize_t count = -1;

	while (file >= 0 && text.length < MOST &&
		   ((count = read(file, piece, sizeof(piece))) > 0 ||
			(count < 0 && errno == EINTR)))
		if (count > 0)
			cli_add_bytes(&text, piece, (size_t) count);
	if (file >= 0)
		close(file);
	if (count == 0 && text.data)
		return text.data;
	cli_text_free(&text);
	return NULL;
}

/* What another command was given is given again. */
static void
read_record(shipping *s)
{
	char *text = read_text(AT_FDCWD, s->record);
	char *command = text ? cli_at(text, "$.command") : NULL;
	char *given = text ? cli_at(text, "$.given") : NULL;

	if (command && given && strcmp(command, s->command) == 0)
	{
		cli_result entries = cli_entries(given);

		for (int i = 0; i < entries.nrows; i++)
			find_backup(s, entries.cells[i * entries.ncolumns])->last =
				strtoll(entries.cells[i * entries.ncolumns + 1], NULL, 10);
		cli_free_result(&entries);
	}
	free(given);
	free(command);
	free(text);
}

static void
add_text(cli_text *json, const char *key, const char *text)
{
	cli_addf(json, "\"%s\": ", key);
	if (text)
		cli_add_json(json, text);
	else
		cli_add(json, "null");
	cli_add(json, ", ");
}

/* Notes what was given, and why the command has not got more, for
 * dbbackup_follow_status(). */
static void
write_record(const shipping *s, const char *problem)
{
	cli_text json = {0};
	mode_t mask = umask(077);
	const char *comma = "";
	char target;

	cli_add(&json, "{");
	add_text(&json, "command", s->command);
	add_text(&json, "problem", problem);
	cli_add(&json, "\"given\": {");
	for (int i = 0; i < s->count; i++)
	{
		if (!s->list[i].is_there || s->list[i].last == NOTHING)
			continue;
		cli_add(&json, comma);
		cli_add_json(&json, s->list[i].name);
		cli_addf(&json, ": %lld", s->list[i].last);
		comma = ", ";
	}
	cli_add(&json, "}}\n");
	/* no symbolic link is followed in a directory of backups */
	if (readlink(s->record, &target, 1) > 0)
		(void) unlink(s->record);
	/* where it cannot be written, all is given again after the next start */
	(void) cli_replace_file(s->record, json.data);
	(void) umask(mask);
	cli_text_free(&json);
}

/* ---- what is new ---- */

/* Whether a backup is one of the database. */
static bool
is_own(const shipping *s, int at)
{
	char *manifest = read_text(at, MANIFEST);
	char *database = manifest ? cli_at(manifest, "$.database") : NULL;
	bool is_own = database && strcmp(database, s->database) == 0;

	free(database);
	free(manifest);
	return is_own;
}

/* A link is not followed: its files are not those of the backup. */
static int
open_changes(int at)
{
	return openat(at, CHANGES, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Reads the number of the last changes of a backup. */
static long long
read_state(backup *b, int at)
{
	int within = open_changes(at);
	char *number;
	long long last = 0;

	free(b->state);
	b->state = within >= 0 ? read_text(within, STATE) : NULL;
	if (within >= 0)
		close(within);
	number = b->state ? cli_at(b->state, "$." CHANGES) : NULL;
	if (number)
		last = strtoll(number, NULL, 10);
	free(number);
	return last;
}

/* Whether a backup has what was not given yet: until when nothing has changed
 * is not new. */
static bool
has_new(shipping *s, const char *name, bool *is_old)
{
	int at =
		openat(s->at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	backup *b = at >= 0 ? find_backup(s, name) : NULL;

	if (!b)
		return false;
	if (!b->is_known)
		b->is_other = !is_own(s, at);
	b->is_known = true;
	b->is_there = !b->is_other;
	if (b->is_there)
	{
		bool more = read_state(b, at) > b->last || b->last == NOTHING;
		bool moved = b->state && (!b->given || strcmp(b->state, b->given) != 0);

		b->is_new = more || moved;
		*is_old |= moved;
		close(at);
		return more;
	}
	close(at);
	return false;
}

/* Looks through the directory; false if all of it was given. */
static bool
look(shipping *s)
{
	DIR *names = opendir(s->directory);
	const struct dirent *next;
	bool is_new = false;
	bool is_old = false;

	if (!names)
		return false;
	for (int i = 0; i < s->count; i++)
		s->list[i].is_there = false;
	s->at = dirfd(names);
	while ((next = readdir(names)))
		is_new |= next->d_name[0] != '.' && has_new(s, next->d_name, &is_old);
	closedir(names);
	return is_new || (is_old && time(NULL) - s->state_at >= STATE_SECONDS);
}

/* ---- giving it ---- */

static int
choose_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Adds the files of a directory of a backup that were not given: of changes
 * those after the last ones. */
static void
put_files(cli_tar *tar, backup *b, int at, const char *directory,
		  bool of_changes)
{
	struct dirent **names;
	int within = of_changes ? open_changes(at) : at;
	int count = within < 0
					? -1
					: scandirat(within, ".", &names, choose_visible, alphasort);
	cli_text path = {0};

	if (count >= 0 && b->last == NOTHING)
		(void) cli_tar_put_directory(tar, directory);
	for (int i = 0; i < count; i++)
	{
		const char *name = names[i]->d_name;
		long long number = strtoll(name, NULL, 10);

		path.length = 0;
		cli_addf(&path, "%s/%s", directory, name);
		if (of_changes ? number > b->last && number > 0
					   : strcmp(name, CHANGES) != 0)
		{
			(void) cli_tar_put_file(tar, path.data, within, name);
			b->next = of_changes ? number : b->next;
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	if (of_changes && within >= 0)
		close(within);
	cli_text_free(&path);
}

/* Adds what is new of a backup: its state, which was read first, after the
 * changes that it is about. */
static void
put_backup(shipping *s, cli_tar *tar, backup *b)
{
	int at =
		openat(s->at, b->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	cli_text path = {0};

	b->next = b->last > 0 ? b->last : 0;
	/* it was removed meanwhile */
	if (at < 0)
		return;
	if (b->last == NOTHING)
		put_files(tar, b, at, b->name, false);
	cli_addf(&path, "%s/" CHANGES, b->name);
	put_files(tar, b, at, path.data, true);
	cli_add(&path, "/" STATE);
	if (b->state)
		(void) cli_tar_put_bytes(tar, path.data, b->state, strlen(b->state));
	cli_text_free(&path);
	close(at);
}

/* Begins the command, whose input is a pipe; returns 0 or an error. */
static int
begin_command(const shipping *s, pid_t *pid, int *input)
{
	const char *argv[] = {"/bin/sh", "-c", s->command, NULL};
	int ends[2];
	int code;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	code = cli_begin_child(argv, ends[0], pid);
	close(ends[0]);
	if (code == 0)
		*input = ends[1];
	else
		close(ends[1]);
	return code;
}

/* A name for the archive, which sorts by time. */
static void
name_archive(const shipping *s)
{
	struct timespec now;
	struct tm parts;
	char digits[32];
	cli_text name = {0};

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	(void) strftime(digits, sizeof(digits), "%Y%m%dT%H%M%S", &parts);
	cli_addf(&name, "%s-%s%03ldZ", s->database, digits, now.tv_nsec / 1000000);
	setenv("DBCARE_ARCHIVE", name.data, true);
	cli_text_free(&name);
}

/* Says once that what is stored is not given, and once that it is again. */
static bool
tell(shipping *s, const char *why)
{
	if (why && !s->failing)
		cli_note("NOTICE: %s: the command of --to-command has failed: %s",
				 s->database, why);
	if (!why && s->failing)
		cli_note("NOTICE: %s: the command of --to-command has what was stored "
				 "again",
				 s->database);
	if (why && !s->failing)
		write_record(s, why);
	s->failing = why;
	return !why;
}

/* Opens the other end of a pipe, to see what a command has left there that
 * succeeds without reading; -1: the system cannot do that. */
static int
open_rest(int pipe)
{
	char path[64];

	(void) snprintf(path, sizeof(path), "/proc/self/fd/%d", pipe);
	return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

/* Gives the command what is new. */
static bool
give(shipping *s)
{
	cli_tar tar = {.pipe = -1};
	cli_text why = {0};
	int status;
	pid_t pid;
	int code;
	int rest;
	char byte;
	bool done;

	name_archive(s);
	code = begin_command(s, &pid, &tar.pipe);
	if (code != 0)
		return tell(s, strerror(code));
	s->at = open(s->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < s->count; i++)
		if (s->list[i].is_there && s->list[i].is_new)
			put_backup(s, &tar, &s->list[i]);
	if (!cli_tar_end(&tar))
		cli_addf(&why, "it was not given everything: %s", strerror(errno));
	if (s->at >= 0)
		close(s->at);
	rest = open_rest(tar.pipe);
	close(tar.pipe);
	status = cli_await_child(pid, 0);
	if (rest >= 0 && read(rest, &byte, 1) > 0)
		cli_addf(&why, "it has not read everything");
	if (rest >= 0)
		close(rest);
	cli_add_failure(&why, status);
	done = tell(s, why.data);
	cli_text_free(&why);
	return done;
}

/* Gives the command what is new, if anything is. */
static bool
ship(shipping *s)
{
	if (!look(s))
		return true;
	if (!give(s))
		return false;
	for (int i = 0; i < s->count; i++)
	{
		backup *b = &s->list[i];

		if (!b->is_there || !b->is_new)
			continue;
		b->last = b->next;
		free(b->given);
		b->given = b->state;
		b->state = NULL;
	}
	s->state_at = time(NULL);
	write_record(s, NULL);
	return true;
}

/* ---- the process ---- */

/* Whether the other process has ended, after some time at most. */
static bool
has_ended(int lifeline, int milliseconds)
{
	struct pollfd end = {.fd = lifeline, .events = POLLIN};

	return poll(&end, 1, milliseconds) > 0;
}

static _Noreturn void
run(shipping *s, int lifeline)
{
	bool done = true;

	read_record(s);
	while (!has_ended(lifeline, done ? PERIOD_MS : RETRY_MS))
		done = ship(s);
	/* until when nothing has changed */
	s->state_at = 0;
	done = false;
	for (int i = 0; i < LAST_TRIES && !done; i++)
		done = ship(s);
	_exit(done ? 0 : 1);
}

/* Ends the process that follows as SIGTERM does. */
static void
end_with_it(int number)
{
	(void) number;
	raise(SIGTERM);
}

bool
cli_ship_begin(cli_shipper *shipper, const char *command, const char *directory,
			   const char *database)
{
	shipping s = {
		.command = command, .directory = directory, .database = database};
	cli_text record = {0};
	int ends[2];

	cli_addf(&record, "%s/.%.*s.follow.given.json", directory,
			 DBC_FOLLOW_LONGEST_NAME, database);
	s.record = record.data;
	if (pipe2(ends, O_CLOEXEC) == 0)
	{
		/* nothing else runs in this process yet */
		shipper->pid = fork();
		if (shipper->pid == 0)
		{
			/* signals to a terminal or a service are for the other process,
			 * which this one outlives */
			(void) setsid();
			signal(SIGTERM, SIG_IGN);
			signal(SIGINT, SIG_IGN);
			signal(SIGHUP, SIG_IGN);
			signal(SIGQUIT, SIG_IGN);
			close(ends[1]);
			run(&s, ends[0]);
		}
		close(ends[0]);
		shipper->lifeline = ends[1];
		signal(SIGCHLD, end_with_it);
		if (shipper->pid > 0)
			return true;
		close(ends[1]);
	}
	cli_complain("no process could be started", strerror(errno), NULL);
	return false;
}

bool
cli_ship_end(cli_shipper *shipper)
{
	int status = 0;

	signal(SIGCHLD, SIG_DFL);
	close(shipper->lifeline);
	while (waitpid(shipper->pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
