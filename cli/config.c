/*
 * config.c
 *	  Reads dbcare.toml.
 *
 * There is no library of C for TOML in Debian 12, and what is needed is little: two
 * numbers and a table of strings.  So this reads a subset of TOML 1.0 whose files
 * every other reader understands in the same way, and refuses all else with its line.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/config.h"
#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "common/core/dbc.h"

/* The most bytes of the file. */
#define MOST_CONFIG (1 << 20)

#define BLANKS "\t "
#define KEY_CHARACTERS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

#define VALID_KEYS                                                            \
	"Above [databases] there are interval_seconds and connections, below it " \
	"NAME = \"DATABASE\"."

#define VALID_DATABASE \
	"Write NAME = \"FILE\", or NAME = \"postgresql://user@host/database\"."

/* The file while it is read. */
typedef struct reader
{
	cli_config *config;
	const char *at;
	int line;
	bool in_databases;
	bool shared; /* every user can read the file */
} reader;

/* The numbers, where they go, and their limits. */
static const struct
{
	const char *key;
	size_t member;
	int least;
	int most;
} numbers[] = {
	{"interval_seconds", offsetof(cli_config, interval_seconds), 1, 86400},
	{"connections", offsetof(cli_config, connections), 1, 1000},
};
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* Whether the line ends here, or a comment begins. */
static bool
at_end(const reader *r)
{
	return !*r->at || *r->at == '\n' || *r->at == '#' ||
		   (*r->at == '\r' && r->at[1] == '\n');
}

/* Prints what is wrong with the file. */
static void
complain(const char *path, const char *problem, const char *detail,
		 const char *hint)
{
	cli_text message = {0};

	cli_addf(&message, "%s %s", path, problem);
	cli_complain(message.data, detail, hint);
	cli_text_free(&message);
}

/* Prints what is wrong with the line; word may be NULL. */
static bool
refuse(const reader *r, const char *problem, const char *word, const char *hint)
{
	cli_text message = {0};

	cli_addf(&message, "%s:%d: %s", r->config->path, r->line, problem);
	if (word)
		cli_addf(&message, ": %s", word);
	cli_complain(message.data, NULL, hint);
	cli_text_free(&message);
	return false;
}

/* The same with the word that is there, up to what only a URL has: it could have a
 * password. */
static bool
refuse_word(const reader *r, const char *problem, const char *hint)
{
	size_t length = strspn(r->at, KEY_CHARACTERS "[].\"");
	char *word = cli_copy_bytes(r->at, length > 0 || at_end(r) ? length : 1);

	refuse(r, problem, *word ? word : "end of line", hint);
	free(word);
	return false;
}

static void
skip_blanks(reader *r)
{
	r->at += strspn(r->at, BLANKS);
}

/* Goes to the next line; false if something follows that is no comment. */
static bool
end_line(reader *r)
{
	skip_blanks(r);
	if (!at_end(r))
		return refuse(r, "unexpected text after the value", NULL,
					  "Write one value per line; # begins a comment.");
	r->at += strcspn(r->at, "\n");
	r->at += *r->at == '\n';
	r->line++;
	return true;
}

static bool
read_header(reader *r)
{
	static const char name[] = "[databases]";

	if (strncmp(r->at, name, strlen(name)) != 0)
		return refuse_word(r, "unknown table",
						   "The only table is [databases].");
	if (r->in_databases)
		return refuse(r, "the table is defined twice", name,
					  "Write all databases below the first one.");
	r->in_databases = true;
	r->at += strlen(name);
	return end_line(r);
}

/* Reads a string from its quote on; NULL: it is refused. */
static char *
read_string(reader *r)
{
	char quote = *r->at++;
	cli_text value = {0};
	const char *problem = NULL;

	cli_add(&value, "");
	for (; !problem && *r->at != quote; r->at++)
	{
		char c = *r->at;

		if (c == '\0' || c == '\n' || c == '\r')
			problem = "the string is not closed on its line";
		else if ((unsigned char) c < ' ' && c != '\t')
			problem = "the string has a control character";
		else if (quote == '"' && c == '\\')
		{
			c = *++r->at;
			if (c != '"' && c != '\\')
				problem = "only \\\" and \\\\ are read in a string";
		}
		if (!problem)
			cli_add_bytes(&value, &c, 1);
	}
	r->at++;
	if (!problem)
		return value.data;
	/* the string may have a password */
	refuse(r, problem, NULL,
		   "Write \"...\", or '...', in which a backslash is a character.");
	cli_text_free(&value);
	return NULL;
}

/* Makes a path relative to the file, wherever the command was started. */
static void
resolve(const reader *r, cli_target *target)
{
	char *directory;
	cli_text path = {0};

	if (target->engine != DBC_ON_SQLITE || *target->text == '/' ||
		strncmp(target->text, "file:", 5) == 0 || !strchr(r->config->path, '/'))
		return;
	directory = cli_directory_of(r->config->path);
	cli_addf(&path, "%s/%s", directory, target->text);
	target->text = path.data;
	free(directory);
}

/* Whether a text is a URL of something else, which would be taken for a path and
 * printed with its password. */
static bool
is_other_url(const char *text, const cli_target *target)
{
	return target->engine == DBC_ON_SQLITE && target->text == text &&
		   strncmp(text, "file:", 5) != 0 && strstr(text, "://");
}

static bool
is_listed(const cli_config *config, const char *name)
{
	for (int i = 0; i < config->count; i++)
		if (strcmp(config->databases[i].name, name) == 0)
			return true;
	return false;
}

static bool
add_database(reader *r, const char *name)
{
	cli_config *config = r->config;
	cli_listed listed = {.first = config->count};
	bool has_password;
	const char *problem;
	char *text;

	if (is_listed(config, name))
		return refuse(r, "the database is defined twice", name,
					  "Give each one a name of its own.");
	if (*r->at != '"' && *r->at != '\'')
		return refuse(r, "the database is not a string in quotes", name,
					  VALID_DATABASE);
	text = read_string(r);
	if (!text)
		return false;
	problem = *text ? cli_listed_target(text, config->path, &listed.target,
										&has_password, &listed.server)
					: "the text is empty";
	if (!problem && is_other_url(text, &listed.target))
		problem = "the URL is not one of PostgreSQL or SQLite";
	if (problem)
		return refuse(r, problem, name, VALID_DATABASE);
	if (has_password && r->shared)
		return refuse(r, "every user of this machine can read the password",
					  name, "Remove it, or run chmod o-r on the file.");
	resolve(r, &listed.target);
	listed.name = cli_copy(name);
	for (int i = config->count - 1; listed.server && i >= 0; i--)
		if (config->databases[i].server &&
			strcmp(config->databases[i].server, listed.server) == 0)
			listed.first = config->databases[i].first;
	config->databases = realloc(config->databases,
								sizeof(listed) * ((size_t) config->count + 1));
	if (!config->databases)
		abort();
	config->databases[config->count++] = listed;
	return end_line(r);
}

static bool
set_number(reader *r, const char *key, bool *seen)
{
	size_t number = 0;
	size_t length = strspn(r->at, "0123456789");
	cli_text limits = {0};
	long value;
	bool valid;

	while (number < NUMBERS && strcmp(numbers[number].key, key) != 0)
		number++;
	if (number == NUMBERS)
		return refuse(r, "unknown key", key, VALID_KEYS);
	if (seen[number])
		return refuse(r, "the key is set twice", key, NULL);
	seen[number] = true;
	cli_addf(&limits, "%s is a number from %d to %d, without quotes.", key,
			 numbers[number].least, numbers[number].most);
	value = length > 0 && length < 8 ? strtol(r->at, NULL, 10) : -1;
	/* TOML has no zeros before a number */
	valid = value >= numbers[number].least && value <= numbers[number].most &&
			*r->at != '0' && strchr(BLANKS "\r\n#", r->at[length]);
	if (!valid)
		refuse_word(r, "the value is not valid", limits.data);
	cli_text_free(&limits);
	if (!valid)
		return false;
	*(int *) (void *) ((char *) r->config + numbers[number].member) =
		(int) value;
	r->at += length;
	return end_line(r);
}

static bool
read_pair(reader *r, bool *seen)
{
	size_t length = strspn(r->at, KEY_CHARACTERS);
	char *key;
	bool success;

	if (length == 0 || !strchr(BLANKS "=\r\n", r->at[length]))
		return refuse_word(r, "not a key",
						   "A key has letters, digits, _ and -, and no "
						   "quotes. " VALID_KEYS);
	key = cli_copy_bytes(r->at, length);
	r->at += length;
	skip_blanks(r);
	if (*r->at != '=')
		success = refuse(r, "there is no = after the key", key, NULL);
	else
	{
		r->at++;
		skip_blanks(r);
		success =
			r->in_databases ? add_database(r, key) : set_number(r, key, seen);
	}
	free(key);
	return success;
}

static bool
read_lines(reader *r)
{
	bool seen[NUMBERS] = {false};

	if (strncmp(r->at, "\xEF\xBB\xBF", 3) == 0)
		return refuse(r, "the file begins with a byte order mark", NULL,
					  "Save it as UTF-8 without one.");
	while (*r->at)
	{
		bool success;

		skip_blanks(r);
		success = at_end(r)		  ? end_line(r)
				  : *r->at == '[' ? read_header(r)
								  : read_pair(r, seen);
		if (!success)
			return false;
	}
	if (r->config->count == 0)
		complain(r->config->path, "lists no databases", NULL,
				 "Write [databases], and below it a line NAME = \"FILE\" or "
				 "NAME = \"postgresql://user@host/database\" for each.");
	return r->config->count > 0;
}

bool
cli_read_config(const char *path, cli_config *config)
{
	reader r = {.config = config, .line = 1};
	struct stat name;
	struct stat file;
	const char *distrusted;
	char *text;
	bool success;

	*config =
		(cli_config){.path = path, .interval_seconds = 60, .connections = 20};
	text = cli_read_regular(path, MOST_CONFIG, &file);
	if (!text)
		return false;
	distrusted = lstat(path, &name) == 0 ? cli_distrust(&name, &file) : NULL;
	if (distrusted)
	{
		complain(path, "is not used", distrusted,
				 "The file decides which servers get passwords: own it, and "
				 "run chmod o-w on it.");
		free(text);
		return false;
	}
	r.at = text;
	r.shared = file.st_mode & S_IROTH;
	success = read_lines(&r);
	free(text);
	if (!success)
		cli_free_config(config);
	return success;
}

/* Targets stay: they may be parts of a text. */
void
cli_free_config(cli_config *config)
{
	for (int i = 0; i < config->count; i++)
	{
		free(config->databases[i].name);
		free(config->databases[i].server);
	}
	free(config->databases);
	*config = (cli_config){0};
}
