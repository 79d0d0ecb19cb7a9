/*
 * serve_metrics.c
 *	  The metrics of many databases as one text; see serve.h.
 *
 * OpenMetrics wants all samples of a family together, below one head.  A reader
 * refuses all of it for one wrong line, so wrong lines of a server are left out.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/serve.h"

/* The most families: those of dbcare are fewer. */
#define MOST_FAMILIES 1000

#define NAME_CHARACTERS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_:0123456789"

/* A family: its head, and samples of all databases. */
typedef struct family
{
	const char *name;
	size_t length;
	cli_text text;
} family;

typedef struct families
{
	family *list; /* in the order of their first samples */
	int count;
} families;

/* ---- lines ---- */

/* Goes behind a name; false: there is none. */
static bool
skip_name(const char **at)
{
	size_t length = strspn(*at, NAME_CHARACTERS);
	bool is_name = length > 0 && !strchr("0123456789", **at);

	*at += length;
	return is_name;
}

/* Goes behind a label; false: it is none, or it is that of the database. */
static bool
skip_label(const char **at)
{
	const char *name = *at;

	if (!skip_name(at) || strncmp(name, "name=", 5) == 0 ||
		strncmp(*at, "=\"", 2) != 0)
		return false;
	for (*at += 2; **at != '"'; (*at)++)
	{
		if (**at == '\\' && (*at)[1] && strchr("\\\"n", (*at)[1]))
			(*at)++;
		else if (strchr("\\\n", **at))
			return false;
	}
	(*at)++;
	return true;
}

/* Goes behind labels and their brace. */
static bool
skip_labels(const char **at)
{
	while (skip_label(at))
		if (*(*at)++ != ',')
			return (*at)[-1] == '}';
	return false;
}

static bool
is_sample(const char *line)
{
	char *end;

	if (!skip_name(&line) || (*line == '{' && (line++, !skip_labels(&line))) ||
		*line++ != ' ' || !strchr("+-.0123456789NI", *line))
		return false;
	(void) strtod(line, &end);
	return end > line && *end == '\n';
}

/* Whether a line is a head of a family, whose unit its name must end with; sets the
 * family's name. */
static bool
is_head(const char *line, const char **name, size_t *length)
{
	const char *value;
	const char *unit;
	size_t rest;

	if (strncmp(line, "# TYPE ", 7) != 0 && strncmp(line, "# UNIT ", 7) != 0 &&
		strncmp(line, "# HELP ", 7) != 0)
		return false;
	*name = value = line + 7;
	if (!skip_name(&value) || *value != ' ')
		return false;
	*length = (size_t) (value - *name);
	rest = strcspn(value + 1, "\n");
	unit = rest < *length ? value - rest : NULL;
	if (line[2] == 'U')
		return unit && rest > 0 && unit[-1] == '_' &&
			   memcmp(unit, value + 1, rest) == 0;
	return line[2] == 'H' || strncmp(value, " gauge\n", 7) == 0 ||
		   strncmp(value, " counter\n", 9) == 0;
}

/* ---- families ---- */

/* A family by its name; NULL: there are too many. */
static family *
find_family(families *all, const char *name, size_t length)
{
	for (int i = 0; i < all->count; i++)
		if (all->list[i].length == length &&
			memcmp(all->list[i].name, name, length) == 0)
			return &all->list[i];
	if (all->count == MOST_FAMILIES)
		return NULL;
	all->list = realloc(all->list, sizeof(family) * ((size_t) all->count + 1));
	if (!all->list)
		abort();
	all->list[all->count] = (family){name, length, {0}};
	return &all->list[all->count++];
}

/* Adds a sample with the label of its database in front of the others. */
static void
add_sample(families *all, const char *name, const char *line, size_t length)
{
	size_t end = strcspn(line, "{ ");
	family *f = find_family(all, line, end);
	bool has_labels = line[end] == '{';

	if (!f)
		return;
	cli_add_bytes(&f->text, line, end);
	cli_addf(&f->text, "{name=\"%s\"%s", name, has_labels ? "," : "}");
	end += has_labels;
	cli_add_bytes(&f->text, line + end, length - end);
}

/* Adds the metrics of a database; head lines only of families that have none. */
static void
add_database(families *all, const char *name, const char *text)
{
	int known = all->count;
	const char *of;
	size_t of_length;

	while (*text)
	{
		size_t length = strcspn(text, "\n");
		size_t whole = length + (text[length] == '\n');

		if (is_sample(text))
			add_sample(all, name, text, whole);
		else if (is_head(text, &of, &of_length))
		{
			family *f = find_family(all, of, of_length);

			if (f && f - all->list >= known)
				cli_add_bytes(&f->text, text, whole);
		}
		text += whole;
	}
}

/* What is said of a database that does not answer; families keep names in it. */
#define DOWN(engine)                                       \
	"# TYPE dbhealth_up gauge\n"                           \
	"# HELP dbhealth_up 1 if the database has answered.\n" \
	"dbhealth_up{engine=\"" engine "\"} 0\n"

void
cli_add_metrics(const cli_config *config, const char *const *texts,
				cli_text *out)
{
	families all = {0};

	for (int i = 0; i < config->count; i++)
	{
		const cli_listed *listed = &config->databases[i];
		const char *down = listed->target.engine == DBC_ON_SQLITE
							   ? DOWN("sqlite")
							   : DOWN("postgresql");

		add_database(&all, listed->name, texts[i] ? texts[i] : down);
	}
	for (int i = 0; i < all.count; i++)
	{
		cli_add(out, all.list[i].text.data);
		cli_text_free(&all.list[i].text);
	}
	cli_add(out, "# EOF\n");
	free(all.list);
}
