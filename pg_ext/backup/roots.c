/*
 * roots.c
 *	  Where backups may be, and which programs make them.
 *
 * A role that makes backups has the rights of pg_write_server_files and
 * pg_execute_server_program, which are those of the server's system user.
 * dbcare uses them only below the roots, so that a mistake in a path overwrites
 * nothing else.
 */
#include "pg_ext/backup/accept.h"
#include "pg_ext/backup/roots.h"

#include <sys/stat.h>
#include <unistd.h>

#include "utils/builtins.h"

static char *roots;
static char *bindir;
static char *passfile;

static bool
check_path_parameter(char **value, void **extra, GucSource source)
{
	(void) extra;
	(void) source;
	if (!*value || !**value || is_absolute_path(*value))
		return true;
	GUC_check_errdetail("\"%s\" is not an absolute path.", *value);
	return false;
}

static void
define(const char *name, const char *description, char **value,
	   GucStringCheckHook check)
{
	DefineCustomStringVariable(name, description, NULL, value, "", PGC_SUSET,
							   GUC_SUPERUSER_ONLY, check, NULL, NULL);
}

void
dbcpg_backup_define_parameters(void)
{
	define("dbcare.backup_roots",
		   "Directories, separated by commas, in which backups may be made "
		   "and restored.",
		   &roots, NULL);
	define("dbcare.bindir",
		   "Directory of the programs of PostgreSQL that make backups; by "
		   "default that of the server.",
		   &bindir, check_path_parameter);
	dbcpg_backup_define_restored();
	define("dbcare.backup_passfile",
		   "Password file of the programs that make backups.", &passfile,
		   check_path_parameter);
}

/* ---- roots ---- */

/* A path without slashes that mean nothing. */
static char *
tidy(const char *path)
{
	char *copy = pstrdup(path);
	char *to = copy;

	for (const char *from = path; *from; from++)
		if (*from != '/' || from[1] != '/')
			*to++ = *from;
	while (to > copy + 1 && to[-1] == '/')
		to--;
	*to = '\0';
	return copy;
}

/* The roots, ended by NULL. */
static char **
list_roots(void)
{
	char *copy = pstrdup(roots ? roots : "");
	char **list = palloc((strlen(copy) + 2) * sizeof(*list));
	int count = 0;
	char *rest;

	for (char *next = strtok_r(copy, ",", &rest); next;
		 next = strtok_r(NULL, ",", &rest))
	{
		char *end;

		while (isspace((unsigned char) *next))
			next++;
		for (end = next + strlen(next);
			 end > next && isspace((unsigned char) end[-1]); end--)
			end[-1] = '\0';
		if (*next)
			list[count++] = tidy(next);
	}
	list[count] = NULL;
	return list;
}

/* Names the roots only to those who may see the parameter. */
static void
require_roots(char **list)
{
	if (list[0])
		return;
	ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("no directory for backups is configured"),
			errdetail("dbcare.backup_roots, which only superusers can change, "
					  "is empty."),
			errhint("As a superuser: load 'dbcare'; alter system set "
					"dbcare.backup_roots = '/path/to/backups'; select "
					"pg_reload_conf();"));
}

const char *
dbcpg_backup_first_root(dbcpg_host *host, bool required)
{
	char **list = list_roots();

	if (required)
		require_roots(list);
	return list[0] ? dbcpg_to_core(host, list[0]) : NULL;
}

/* Whether a path is a directory or in it. */
static bool
is_within(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(path, directory, length) == 0 &&
		   (path[length] == '\0' || path[length] == '/' || length == 1);
}

/* Fails for what no tidy path has. */
static void
require_plain(const char *path)
{
	const char *part = path;

	if (!is_absolute_path(path))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("\"%s\" is not an absolute path", path),
				errhint("Pass the absolute path of a directory on the "
						"server."));
	if (strlen(path) >= MAXPGPATH - 200)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("a path of %zu bytes is too long", strlen(path)));
	for (const char *c = path; *c; c++)
		if ((unsigned char) *c < ' ' || *c == 0x7f)
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("a path must not contain control characters"));
	while (*part)
	{
		size_t length = strcspn(++part, "/");

		if ((length == 1 && part[0] == '.') ||
			(length == 2 && part[0] == '.' && part[1] == '.'))
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("path \"%s\" contains \"%.*s\"", path, (int) length,
						   part));
		part += length;
	}
}

/* Fails if a component below a root is a symbolic link. */
static void
require_no_links(const char *path, const char *root)
{
	char *part = pstrdup(path);

	for (size_t end = strlen(part); end > strlen(root);)
	{
		struct stat status;

		part[end] = '\0';
		if (lstat(part, &status) == 0 && !S_ISDIR(status.st_mode))
			ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
					errmsg("\"%s\" is not a directory", part),
					S_ISLNK(status.st_mode)
						? errdetail("Symbolic links are not followed in "
									"directories of backups.")
						: 0);
		while (end > 0 && part[end] != '/')
			end--;
	}
}

/* The path with all links of its existing part resolved. */
static char *
resolve(const char *path)
{
	char *part = pstrdup(path);
	size_t end = strlen(part);
	char *real;
	char *result;

	for (;;)
	{
		real = realpath(end == 0 ? "/" : part, NULL);
		if (real || end == 0)
			break;
		while (end > 0 && part[end] != '/')
			end--;
		part[end] = '\0';
	}
	result = psprintf("%s%s", real ? real : "", path + end);
	free(real);
	return tidy(result);
}

const char *
dbcpg_backup_check_path(dbcpg_host *host, const char *given)
{
	const char *path = dbcpg_from_core(given);
	char **list = list_roots();
	const char *clean;

	require_roots(list);
	require_plain(path);
	clean = tidy(path);
	while (*list && !is_within(clean, *list))
		list++;
	if (!*list)
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("backups must not be in \"%s\"", path),
				errdetail("The directory is in none of the directories of "
						  "dbcare.backup_roots, which only superusers can "
						  "change."));
	require_no_links(clean, *list);
	if (is_within(resolve(clean), resolve(DataDir)) ||
		is_within(resolve(DataDir), resolve(clean)))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("backups must not be in \"%s\"", path),
				errdetail("The data directory of the server is in the same "
						  "place."));
	return dbcpg_to_core(host, pstrdup(clean));
}

/* ---- programs ---- */

const char *
dbcpg_backup_program_path(const char *name)
{
	const char *directory = bindir;

	if (!directory || !*directory)
	{
		char *server = pstrdup(my_exec_path);

		get_parent_directory(server);
		directory = server;
	}
	return psprintf("%s/%s", directory, name);
}

const char *
dbcpg_backup_passfile(void)
{
	/* a file that does not exist, so that none of the server's user is read */
	return psprintf("PGPASSFILE=%s",
					passfile && *passfile ? passfile : "/nonexistent/pgpass");
}

/* ---- privileges ---- */

static void
require(Oid role, const char *name, const char *what)
{
	if (!has_privs_of_role(GetUserId(), role))
		ereport(
			ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			errmsg("permission denied to %s", what),
			errdetail("Only roles with privileges of role %s may do this.",
					  name),
			errhint("grant %s to %s;", name,
					quote_identifier(GetUserNameFromId(GetUserId(), false))));
}

void
dbcpg_backup_require_read(const char *path)
{
	require(ROLE_PG_READ_SERVER_FILES, "pg_read_server_files",
			psprintf("read directory \"%s\" of the server", path));
}

void
dbcpg_backup_require_write(void)
{
	require(ROLE_PG_WRITE_SERVER_FILES, "pg_write_server_files",
			"write backups");
}

void
dbcpg_backup_require_program(void)
{
	require(ROLE_PG_EXECUTE_SERVER_PROGRAM, "pg_execute_server_program",
			"run programs of PostgreSQL on the server");
}
