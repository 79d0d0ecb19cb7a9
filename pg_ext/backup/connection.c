/*
 * connection.c
 *	  How the programs connect to this server.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/roots.h"

#include "lib/stringinfo.h"
#include "postmaster/postmaster.h"
#include "utils/varlena.h"

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
dbcpg_backup_role_argument(void)
{
	if (GetUserId() == GetSessionUserId())
		return NULL;
	return psprintf("--role=%s", GetUserNameFromId(GetUserId(), false));
}

void
dbcpg_add_argument(dbcpg_arguments *arguments, const char *text)
{
	if (!text)
		return;
	Assert(arguments->count < (int) lengthof(arguments->list) - 1);
	arguments->list[arguments->count++] = text;
}

dbcpg_outcome
dbcpg_backup_run_tool(dbcpg_host *host, const char *name,
					  const dbcpg_arguments *arguments, Size most)
{
	const char *environment[] = {dbcpg_backup_passfile(), NULL};
	dbcpg_program program = {.path = dbcpg_backup_program_path(name),
							 .arguments = arguments->list,
							 .environment = environment,
							 .most = most,
							 .shows_end = true};

	return dbcpg_program_run(host, &program);
}

dbcpg_outcome
dbcpg_backup_run_sql(dbcpg_host *host, const char *conninfo, const char *sql,
					 Size most)
{
	dbcpg_arguments arguments = {.count = 0};

	dbcpg_add_argument(&arguments, "--no-psqlrc");
	dbcpg_add_argument(&arguments, "--no-password");
	dbcpg_add_argument(&arguments, "--quiet");
	dbcpg_add_argument(&arguments, "--no-align");
	dbcpg_add_argument(&arguments, "--tuples-only");
	dbcpg_add_argument(&arguments, "--set=ON_ERROR_STOP=1");
	dbcpg_add_argument(&arguments, psprintf("--command=%s", sql));
	dbcpg_add_argument(&arguments, psprintf("--dbname=%s", conninfo));
	return dbcpg_backup_run_tool(host, "psql", &arguments, most);
}
