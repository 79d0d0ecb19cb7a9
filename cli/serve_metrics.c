/*
 * serve_metrics.c
 *	  The metrics of many databases as one text; see serve.h.
 *
 * OpenMetrics wants all samples of a family together, below one head.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/serve.h"

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

static family *
find_family(families *all, const char *name, size_t length)
{
	for (int i = 0; i < all->count; i++)
		if (all->list[i].length == length &&
			memcmp(all->list[i].name, name, length) == 0)
			return &all->list[i];
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

	while (*text)
	{
		size_t length = strcspn(text, "\n");
		size_t whole = length + (text[length] == '\n');

		if (strncmp(text, "# EOF", 5) == 0)
			break;
		if (*text != '#')
			add_sample(all, name, text, whole);
		else if (length > 7)
		{
			/* # TYPE NAME gauge */
			const char *of = text + 7;
			family *f = find_family(all, of, strcspn(of, " \n"));

			if (f - all->list >= known)
				cli_add_bytes(&f->text, text, whole);
		}
		text += whole;
	}
}

void
cli_add_metrics(const cli_config *config, const char *const *texts,
				cli_text *out)
{
	families all = {0};
	cli_text down = {0};

	for (int i = 0; i < config->count; i++)
	{
		const cli_listed *listed = &config->databases[i];

		if (texts[i])
		{
			add_database(&all, listed->name, texts[i]);
			continue;
		}
		cli_addf(&down,
				 "# TYPE dbhealth_up gauge\n"
				 "# HELP dbhealth_up 1 if the database has answered.\n"
				 "dbhealth_up{engine=\"%s\"} 0\n",
				 listed->target.engine == DBC_ON_SQLITE ? "sqlite"
														: "postgresql");
		add_database(&all, listed->name, down.data);
		cli_text_free(&down);
	}
	for (int i = 0; i < all.count; i++)
	{
		cli_add(out, all.list[i].text.data);
		cli_text_free(&all.list[i].text);
	}
	cli_add(out, "# EOF\n");
	free(all.list);
}
