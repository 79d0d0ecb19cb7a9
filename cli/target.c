/*
 * target.c
 *	  Which database the command works on.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/target.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "common/core/dbc.h"

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
	cli_target target = {DBC_ON_SQLITE, text, from};

	if (is_conninfo(text))
		target.engine = DBC_ON_POSTGRESQL;
	else if (starts_with(text, "sqlite:") || starts_with(text, "sqlite3:"))
		target.text = path_of_url(text);
	return target;
}

/* Whether a connection string has a password. */
static bool
has_password(const char *text)
{
	const char *authority = strstr(text, "://");
	const char *word = text;
	const char *at;
	const char *colon;

	while ((word = strstr(word, "password")))
	{
		word += strlen("password");
		if (word[strspn(word, " ")] == '=')
			return true;
	}
	if (!authority)
		return false;
	authority += 3;
	at = memchr(authority, '@', strcspn(authority, "/?"));
	colon = at ? memchr(authority, ':', (size_t) (at - authority)) : NULL;
	return colon && colon + 1 < at;
}

/* The value of DATABASE_URL in a line of .env, or NULL. */
static char *
url_of_line(char *line)
{
	char *end;

	line += strspn(line, " \t");
	if (starts_with(line, "export "))
		line += strlen("export ");
	if (!starts_with(line, "DATABASE_URL"))
		return NULL;
	line += strlen("DATABASE_URL");
	line += strspn(line, " \t");
	if (*line++ != '=')
		return NULL;
	line += strspn(line, " \t");
	if (*line == '"' || *line == '\'')
	{
		end = strchr(line + 1, *line);
		line++;
	}
	else
	{
		end = line + strcspn(line, "\r\n");
		while (end > line && isspace((unsigned char) end[-1]))
			end--;
	}
	return end ? cli_copy_bytes(line, (size_t) (end - line)) : NULL;
}

/* DATABASE_URL of the file .env; NULL if there is none. */
static char *
url_of_env_file(void)
{
	FILE *file = fopen(".env", "re");
	char *line = NULL;
	char *url = NULL;
	size_t size = 0;

	if (!file)
		return NULL;
	while (!url && getline(&line, &size, file) >= 0)
		url = url_of_line(line);
	free(line);
	fclose(file);
	return url;
}

static const char *
environment_value(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static bool
in_environment(cli_target *target)
{
	static const char *const variables[] = {
		"PGSERVICE", "PGDATABASE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER"};
	const char *url = environment_value("DATABASE_URL");

	if (url)
	{
		*target = read_target(url, "DATABASE_URL");
		return true;
	}
	url = url_of_env_file();
	if (url && *url)
	{
		*target = read_target(url, "DATABASE_URL of .env");
		return true;
	}
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
	{
		if (environment_value(variables[i]))
		{
			*target = (cli_target){DBC_ON_POSTGRESQL, "", variables[i]};
			return true;
		}
	}
	return false;
}

bool
cli_argument_target(const char *text, const char *from, cli_target *target)
{
	cli_text message = {0};

	*target = read_target(text, from);
	if (target->engine == DBC_ON_SQLITE || !has_password(text))
		return true;
	cli_addf(&message,
			 "%s contains a password, which other users of this machine can "
			 "read",
			 from);
	cli_complain(message.data, NULL,
				 "Use DATABASE_URL, in the environment or in the file .env, or "
				 "~/.pgpass.");
	cli_text_free(&message);
	return false;
}

bool
cli_find_target(const char *argument, cli_target *target)
{
	if (argument && *argument)
		return cli_argument_target(argument, "--db", target);
	if (!argument && in_environment(target))
		return true;
	cli_complain("no database was given", NULL,
				 "Use --db FILE, --db postgresql://user@host/database, or set "
				 "DATABASE_URL in the environment or in the file .env.");
	return false;
}
