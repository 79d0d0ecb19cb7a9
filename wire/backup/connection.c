/*
 * connection.c
 *	  Where PostgreSQL's programs are, and how they connect.
 *
 * They connect as the command has: what libpq has made of the connection string,
 * of variables and of service files goes into a connection string of theirs, which
 * other users can read, but no password.  That is in a file without a name, which
 * PGPASSFILE names for that program alone.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create() */
#endif
#include "wire/backup/connection.h"
#include "wire/backup/program.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/text.h"
#include "posix/backup/files.h"

extern char **environ;

/* ---- where they are ---- */

/* The variable that names their directory. */
#define BINDIR "DBCARE_BINDIR"

int
dbcw_backup_server_major(dbcw_host *h)
{
	return dbcw_pq.PQserverVersion(h->connection->pg) / 10000;
}

static bool
has_program(dbc_host *host, const char *directory, const char *name)
{
	return access(dbc_format(host, "%s/%s", directory, name), X_OK) == 0;
}

/* The directory of PATH that has pg_dump, or NULL. */
static const char *
search_path(dbc_host *host)
{
	const char *next = getenv("PATH");

	while (next && *next)
	{
		size_t length = strcspn(next, ":");
		const char *directory = dbc_copy(host, next, length);

		/* a relative one would be another after a change of directory */
		if (*directory == '/' && has_program(host, directory, "pg_dump"))
			return directory;
		next += length + (next[length] == ':');
	}
	return NULL;
}

/* Programs of the version of the server come first: what a newer pg_dump makes,
 * that server may refuse. */
static const char *
find_programs(dbcw_host *h)
{
	dbc_host *host = &h->base;
	int major = dbcw_backup_server_major(h);
	/* of Debian, and of PostgreSQL's own packages for Red Hat */
	const char *places[] = {
		dbc_format(host, "/usr/lib/postgresql/%d/bin", major),
		dbc_format(host, "/usr/pgsql-%d/bin", major)};
	const char *named = getenv(BINDIR);

	if (named && *named)
		return named;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (has_program(host, places[i], "pg_dump"))
			return places[i];
	return search_path(host);
}

const char *
dbcw_backup_program_path(dbcw_host *h, const char *name)
{
	if (!h->programs)
		h->programs = find_programs(h);
	return h->programs ? dbc_format(&h->base, "%s/%s", h->programs, name)
					   : NULL;
}

/* A hint that names what to install. */
static const char *
install_hint(dbcw_host *h)
{
	return dbc_format(&h->base,
					  "Install the client programs of PostgreSQL %d "
					  "(postgresql-client-%d), or set " BINDIR
					  " to their directory.",
					  dbcw_backup_server_major(h), dbcw_backup_server_major(h));
}

int
dbcw_backup_require_pg_dump(dbcw_host *h)
{
	dbc_host *host = &h->base;
	dbc_program program = {.name = "pg_dump", .most = 200};
	const char *path = dbcw_backup_program_path(h, program.name);
	dbc_program_end end;
	const char *number;
	int major;

	if (!path || access(path, X_OK) != 0)
		dbc_fail(host, "58P01", "A backup is made by pg_dump.", install_hint(h),
				 "pg_dump was not found on this machine");
	dbc_backup_program_add(host, &program, "--version");
	end = dbc_backup_program_run(host, &program);
	dbc_backup_program_require(host, path, &end);
	number = end.output + strcspn(end.output, "0123456789");
	major = atoi(number);
	if (major < dbcw_backup_server_major(h))
		dbc_fail(host, DBC_UNSUPPORTED,
				 "pg_dump cannot read a server that is newer.", install_hint(h),
				 "%s is of version %d, older than the server, of version %d",
				 path, major, dbcw_backup_server_major(h));
	return major;
}

/* ---- how they connect ---- */

/* Appends what the user has chosen besides the server and the database; false
 * if that is a secret. */
static bool
append_option(dbc_buffer *text, const PQconninfoOption *option)
{
	static const char *const others[] = {
		"password", "passfile", "service", "host", "hostaddr", "port", "dbname",
		"application_name", "fallback_application_name", "client_encoding",
		/* of a list of servers, one is known now */
		"target_session_attrs", "load_balance_hosts"};

	if (!option->val || !*option->val ||
		(option->compiled && dbc_same(option->val, option->compiled)))
		return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (dbc_same(option->keyword, others[i]))
			return true;
	if (*option->dispchar || strstr(option->keyword, "secret"))
		return false;
	dbc_backup_append_keyword(text, option->keyword, option->val);
	return true;
}

const char *
dbcw_backup_connection(dbc_host *host, const char *database)
{
	PGconn *pg = dbcw_of(host)->connection->pg;
	PQconninfoOption *options = dbcw_pq.PQconninfo(pg);
	const char *secret = NULL;
	dbc_buffer text;

	if (!options)
		dbcw_fail_memory(dbcw_of(host));
	dbc_buffer_init(&text, host);
	/* the same server, of which the snapshot is */
	dbc_backup_append_keyword(&text, "host", dbcw_pq.PQhost(pg));
	if (*dbcw_pq.PQhost(pg) != '/')
		dbc_backup_append_keyword(&text, "hostaddr", dbcw_pq.PQhostaddr(pg));
	dbc_backup_append_keyword(&text, "port", dbcw_pq.PQport(pg));
	dbc_backup_append_keyword(&text, "dbname",
							  database ? database : dbcw_pq.PQdb(pg));
	for (const PQconninfoOption *o = options; o->keyword; o++)
		if (!append_option(&text, o))
			secret = dbc_copy(host, o->keyword, strlen(o->keyword));
	dbc_backup_append_keyword(&text, "application_name", "dbcare backup");
	dbcw_pq.PQconninfoFree(options);
	if (secret)
		dbc_fail(host, DBC_UNSUPPORTED,
				 "Other users of this machine could read it.", NULL,
				 "the parameter %s of the connection cannot be passed to "
				 "PostgreSQL's programs",
				 secret);
	return text.data;
}

/* What every program has of the user's environment: a variable may hold a
 * secret. */
static const char *const *
environment(dbc_host *host, const char *passfile)
{
	static const char *const kept[] = {
		"PATH",			"HOME",			"USER",			"LOGNAME",
		"TMPDIR",		"KRB5CCNAME",	"KRB5_CONFIG",	"KRB5_KTNAME",
		"SSL_CERT_DIR", "OPENSSL_CONF", "SSL_CERT_FILE"};
	size_t most = sizeof(kept) / sizeof(kept[0]);
	const char **list = dbc_alloc(host, (most + 3) * sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < most; i++)
		if (getenv(kept[i]))
			list[count++] = dbc_format(host, "%s=%s", kept[i], getenv(kept[i]));
	list[count++] = "LC_ALL=C";
	/* else none of the user's is read */
	list[count++] = dbc_format(host, "PGPASSFILE=%s", passfile);
	list[count] = NULL;
	return list;
}

/* Writes the password that the connection has used. */
static bool
write_password(FILE *file, const char *password)
{
	bool written = fputs("*:*:*:*:", file) >= 0;

	for (; *password && written; password++)
		written = (!strchr(":\\", *password) || fputc('\\', file) != EOF) &&
				  fputc(*password, file) != EOF;
	return written && fputc('\n', file) != EOF && fflush(file) == 0;
}

/* Opens a file in memory that has the password; NULL: there is none. */
static FILE *
open_password(dbc_host *host)
{
	const char *password = dbcw_pq.PQpass(dbcw_of(host)->connection->pg);
	FILE *file;

	if (!password || !*password)
		return NULL;
	if (strchr(password, '\n'))
		dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,
				 "a password with a newline cannot be passed to PostgreSQL's "
				 "programs");
#ifdef MFD_CLOEXEC
	{
		int memory = memfd_create("dbcare", MFD_CLOEXEC);

		file = memory >= 0 ? fdopen(memory, "r+") : NULL;
	}
#else
	file = tmpfile();
#endif
	if (file)
		(void) setvbuf(file, NULL, _IONBF, 0);
	if (!file || fchmod(fileno(file), S_IRUSR | S_IWUSR) != 0 ||
		!write_password(file, password))
		dbc_fail(host, "53000", NULL, NULL,
				 "the password could not be passed to PostgreSQL's programs");
	return file;
}

/* ---- starting ---- */

static bool
is_server(const char *name)
{
	return dbc_same(name, "initdb") || dbc_same(name, "postgres");
}

typedef struct starting
{
	dbcw_program program;
	void (*fn)(dbc_host *, void *, void *);
	void *arg;
} starting;

static void
run_started(dbc_host *host, void *arg)
{
	const starting *s = arg;

	dbcw_backup_start_program(dbcw_of(host), &s->program, s->fn, s->arg);
}

void
dbcw_backup_with_program(dbc_host *host, const dbc_program *program,
						 void (*fn)(dbc_host *, void *, void *), void *arg)
{
	dbcw_host *h = dbcw_of(host);
	const char **argv =
		dbc_alloc(host, ((size_t) program->count + 2) * sizeof(*argv));
	/* a scratch server runs code of others, if with no rights */
	FILE *password = is_server(program->name) ? NULL : open_password(host);
	starting s = {
		.program = {.path = dbcw_backup_program_path(h, program->name),
					.argv = argv,
					.environment = environment(
						host, password ? "/dev/fd/3" : "/nonexistent/pgpass"),
					.input = -1,
					.password = password ? fileno(password) : -1,
					.most = program->most,
					.is_piped = program->is_piped,
					.must_end = program->must_end,
					.stop_signal =
						program->stop_signal ? program->stop_signal : SIGTERM},
		.fn = fn,
		.arg = arg};
	bool done;

	argv[0] = s.program.path;
	for (int i = 0; i < program->count; i++)
		argv[i + 1] = program->arguments[i];
	if (program->files)
		s.program.input = dbc_posix_descriptor(program->files, program->input);
	done = dbcw_try(h, run_started, &s);
	if (password)
		(void) fclose(password);
	if (!done)
		dbcw_rethrow(h);
}

/* ---- commands of the user ---- */

#define COMMAND "the command"

typedef struct commanding
{
	void (*fn)(dbc_host *, void *, void *);
	void *arg;
} commanding;

static void
run_command(dbc_host *host, void *running, void *arg)
{
	const commanding *c = arg;
	dbc_program_end end;

	c->fn(host, running, c->arg);
	dbcw_backup_end_input(running);
	end = dbcw_backup_await_program(host, running, -1);
	dbc_backup_program_require(host, COMMAND, &end);
}

void
dbcw_backup_with_command(dbc_host *host, const char *command, bool reads,
						 void (*fn)(dbc_host *, void *, void *), void *arg)
{
	const char *argv[] = {"/bin/sh", "-c", command, NULL};
	dbcw_program program = {.path = argv[0],
							.argv = argv,
							.environment = (const char *const *) environ,
							.input = -1,
							.password = -1,
							.stop_signal = SIGTERM,
							.is_piped = reads,
							.takes_input = !reads};
	commanding c = {fn, arg};

	dbcw_backup_start_program(dbcw_of(host), &program, run_command, &c);
}
