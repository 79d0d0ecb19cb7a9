/*
 * target.c
 *	  Which database the command works on.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/dotenv.h"
#include "cli/folder.h"
#include "cli/target.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "common/core/dbc.h"
#include "wire/core/libpq.h"

/* The most bytes of the file .env. */
#define MOST_ENV (1 << 20)

static bool
starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The path in a URL of SQLite, as dbmate and others write it: sqlite:a.db and
 * sqlite:///a.db are relative, sqlite:////a.db is absolute. */
static const char *
path_of_url(const char *url)
{
	const char *path = strchr(url, ':') + 1;

	if (starts_with(path, "///"))
		return path + 3;
	if (starts_with(path, "//"))
		return path + 2;
	return path;
}

/* Whether text is a connection string of libpq: a URL, or keyword = value. */
static bool
is_conninfo(const char *text)
{
	size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyz_");

	if (starts_with(text, "postgres://") || starts_with(text, "postgresql://"))
		return true;
	return word > 0 && text[word + strspn(text + word, " ")] == '=';
}

static cli_target
read_target(const char *text, const char *from)
{
	cli_target target = {DBC_ON_SQLITE, text, from, NULL};

	if (is_conninfo(text))
		target.engine = DBC_ON_POSTGRESQL;
	else if (starts_with(text, "sqlite:") || starts_with(text, "sqlite3:"))
		target.text = path_of_url(text);
	return target;
}

/* Whether a keyword of libpq says which server it is. */
static bool
names_server(const char *keyword)
{
	return strcmp(keyword, "host") == 0 || strcmp(keyword, "hostaddr") == 0 ||
		   strcmp(keyword, "port") == 0 || strcmp(keyword, "service") == 0;
}

/* What is wrong with a connection string, or NULL; *detail is freed by the
 * caller, and what says which server it is is added to a text.  libpq splits it, so
 * that a password is what libpq takes for one. */
static const char *
check_conninfo(const char *text, bool *has_password, cli_text *server,
			   char **detail)
{
	const char *problem = NULL;
	char *message = NULL;
	PQconninfoOption *options = dbcw_pq.PQconninfoParse(text, &message);

	*has_password = false;
	*detail = message ? cli_copy(message) : NULL;
	if (message)
		dbcw_pq.PQfreemem(message);
	if (!options)
		return "is not a connection string";
	for (const PQconninfoOption *o = options; o->keyword && !problem; o++)
	{
		bool is_secret = strcmp(o->keyword, "password") == 0 ||
						 strcmp(o->keyword, "sslpassword") == 0;

		if (is_secret && o->val && *o->val)
			*has_password = true;
		if (names_server(o->keyword))
			cli_addf(server, "%s\n", o->val ? o->val : "");
		/* libpq would take this for a name */
		if (strcmp(o->keyword, "dbname") == 0 && o->val && is_conninfo(o->val))
			problem = "has a connection string as dbname";
	}
	dbcw_pq.PQconninfoFree(options);
	return problem;
}

/* DATABASE_URL of the file .env, or NULL.  False if there is such a file, but
 * it cannot be used. */
static bool
read_env_file(char **url)
{
	struct stat name;
	struct stat file;
	const char *problem;
	char *text;

	*url = NULL;
	if (lstat(".env", &name) != 0)
		return true;
	text = cli_read_regular(".env", MOST_ENV, &file);
	if (!text)
		return false;
	*url = cli_read_variable(text, "DATABASE_URL", &problem);
	free(text);
	if (problem)
	{
		cli_complain("DATABASE_URL in the file .env cannot be read", problem,
					 "Write DATABASE_URL=\"...\" on a line by itself.");
		return false;
	}
	problem = *url && **url ? cli_distrust(&name, &file) : NULL;
	if (problem)
		cli_complain("the file .env is not used", problem,
					 "Pass --db, or set DATABASE_URL in the environment.");
	return !problem;
}

static const char *
environment_value(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* Looks in the environment; false if what is there cannot be used. */
static bool
look_in_environment(cli_target *target, bool *found)
{
	static const char *const variables[] = {
		"PGSERVICE", "PGDATABASE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER"};
	const char *url = environment_value("DATABASE_URL");
	char *of_file = NULL;

	*found = true;
	if (!url && !read_env_file(&of_file))
		return false;
	if (url)
		*target = read_target(url, "DATABASE_URL");
	else if (of_file && *of_file)
		*target = read_target(of_file, "DATABASE_URL of .env");
	else
		*found = false;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		if (!*found && environment_value(variables[i]))
		{
			*target = (cli_target){DBC_ON_POSTGRESQL, "", variables[i], NULL};
			*found = true;
		}
	return true;
}

bool
cli_argument_target(const char *text, const char *from, cli_target *target)
{
	dbcw_load_error error;
	const char *problem;
	bool has_password;
	char *detail = NULL;
	cli_text message = {0};
	cli_text server = {0};

	*target = read_target(text, from);
	if (target->engine == DBC_ON_SQLITE)
		return true;
	if (!dbcw_load_libpq(&error))
	{
		cli_complain(error.message, error.detail, error.hint);
		return false;
	}
	problem = check_conninfo(text, &has_password, &server, &detail);
	cli_text_free(&server);
	if (has_password)
		problem = "contains a password, which other users of this machine can "
				  "read";
	if (!problem)
		return true;
	cli_addf(&message, "%s %s", from, problem);
	cli_complain(message.data, detail,
				 detail ? NULL
						: "Pass it by ~/.pgpass, PGPASSFILE, a service file "
						  "(service=NAME) or DATABASE_URL in the environment "
						  "or the file .env; on a terminal, it is asked for.");
	cli_text_free(&message);
	free(detail);
	return false;
}

const char *
cli_listed_target(const char *text, const char *from, cli_target *target,
				  bool *has_password, char **server)
{
	dbcw_load_error error;
	cli_text words = {0};
	const char *problem;
	char *detail;

	*target = read_target(text, from);
	*has_password = false;
	*server = NULL;
	if (target->engine == DBC_ON_SQLITE)
		return NULL;
	if (!dbcw_load_libpq(&error))
		return "PostgreSQL needs libpq, which cannot be loaded";
	problem = check_conninfo(text, has_password, &words, &detail);
	*server = words.data;
	/* it may have the password */
	free(detail);
	return problem;
}

bool
cli_seek_target(const char *argument, cli_target *target, bool *found)
{
	*found = argument && *argument;
	if (*found)
		return cli_argument_target(argument, "--db", target);
	return argument || look_in_environment(target, found);
}

bool
cli_find_target(const char *argument, cli_target *target)
{
	bool found;

	if (!cli_seek_target(argument, target, &found))
		return false;
	if (found)
		return true;
	cli_complain("no database was given", NULL,
				 "Use --db FILE, --db postgresql://user@host/database, or set "
				 "DATABASE_URL in the environment or in the file .env.");
	return false;
}
