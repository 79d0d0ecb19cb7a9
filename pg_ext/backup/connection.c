/*
 * connection.c
 *	  How the programs connect to this server.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/roots.h"

#include "commands/dbcommands.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "postmaster/postmaster.h"
#include "utils/varlena.h"

#include "posix/backup/files.h"

/* Appends a keyword of a connection string. */
static void
append_keyword(StringInfo text, const char *keyword, const char *value)
{
	appendStringInfo(text, "%s%s='", text->len > 0 ? " " : "", keyword);
	for (; *value; value++)
	{
		if (*value == '\'' || *value == '\\')
			appendStringInfoChar(text, '\\');
		appendStringInfoChar(text, *value);
	}
	appendStringInfoChar(text, '\'');
}

const char *
dbcpg_backup_conninfo_at(dbcpg_host *host, const char *directory, int port,
						 const char *user, const char *database)
{
	StringInfoData text;

	(void) host;
	initStringInfo(&text);
	append_keyword(&text, "host", directory);
	append_keyword(&text, "port", psprintf("%d", port));
	append_keyword(&text, "user", user);
	append_keyword(&text, "dbname", database);
	append_keyword(&text, "application_name", "dbcare backup");
	append_keyword(&text, "connect_timeout", "30");
	return text.data;
}

/* The first directory with a socket of this server. */
static const char *
socket_directory(void)
{
	List *directories = NIL;

	if (!SplitDirectoriesString(
			pstrdup(GetConfigOption("unix_socket_directories", false, false)),
			',', &directories) ||
		directories == NIL)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("the programs that make backups cannot connect to the "
					   "server"),
				errdetail("It has no Unix-domain socket: "
						  "unix_socket_directories is empty."));
	return linitial(directories);
}

const char *
dbcpg_backup_conninfo_as(dbcpg_host *host, const char *user,
						 const char *database)
{
	return dbcpg_backup_conninfo_at(host, socket_directory(), PostPortNumber,
									user, database);
}

const char *
dbcpg_backup_conninfo(dbcpg_host *host, const char *database)
{
	return dbcpg_backup_conninfo_as(
		host, GetUserNameFromId(GetSessionUserId(), false), database);
}

const char *
dbcpg_backup_connection(dbc_host *base, const char *database)
{
	dbcpg_host *host = dbcpg_of(base);

	return dbcpg_to_core(host,
						 dbcpg_backup_conninfo(
							 host, database ? dbcpg_from_core(database)
											: get_database_name(MyDatabaseId)));
}

void
dbcpg_backup_add_argument(dbcpg_arguments *arguments, const char *text)
{
	if (!text)
		return;
	Assert(arguments->count < (int) lengthof(arguments->list) - 1);
	arguments->list[arguments->count++] = text;
}

dbc_program_end
dbcpg_backup_run_tool(dbcpg_host *host, const char *name,
					  const dbcpg_arguments *arguments, Size most)
{
	const char *environment[] = {dbcpg_backup_passfile(), NULL};
	dbcpg_program program = {.path = dbcpg_backup_program_path(name),
							 .arguments = arguments->list,
							 .environment = environment,
							 .most = most,
							 .shows_end = true};

	return dbcpg_backup_program_run(host, &program);
}

/* ---- programs of the core ---- */

typedef struct starting
{
	void (*fn)(dbc_host *, void *, void *);
	void *arg;
} starting;

static void
use_program(dbcpg_host *host, dbcpg_running *running, void *arg)
{
	const starting *s = arg;

	s->fn(&host->base, running, s->arg);
}

void
dbcpg_backup_with_program(dbc_host *base, const dbc_program *program,
						  void (*fn)(dbc_host *, void *, void *), void *arg)
{
	const char *environment[] = {dbcpg_backup_passfile(), NULL};
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_program started = {.path = dbcpg_backup_program_path(program->name),
							 .arguments = arguments.list,
							 .environment = environment,
							 .most = program->most,
							 .is_piped = program->is_piped,
							 .stop_signal = program->stop_signal,
							 .shows_end = true};
	starting s = {fn, arg};

	for (int i = 0; i < program->count; i++)
		dbcpg_backup_add_argument(&arguments,
								  dbcpg_from_core(program->arguments[i]));
	if (program->files)
		started.input = dbc_posix_descriptor(program->files, program->input);
	if (program->must_end)
		HOLD_INTERRUPTS();
	dbcpg_backup_program_with(dbcpg_of(base), &started, use_program, &s);
	if (program->must_end)
		RESUME_INTERRUPTS();
}

dbc_program_end
dbcpg_backup_await_program(dbc_host *host, void *running, int64_t timeout_ms)
{
	(void) host;
	return dbcpg_backup_program_wait(running, timeout_ms);
}

void
dbcpg_backup_signal_program(void *running, int number)
{
	dbcpg_backup_program_signal(running, number);
}
