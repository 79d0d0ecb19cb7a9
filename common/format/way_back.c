/*
 * way_back.c
 *	  Scripts that have a way back in them which their format does not split
 * off: it would run with the way up.
 *
 * A mark is a comment of few words that ends with "down", "downs" or "undo",
 * whatever the tool: "-- +goose Down", "-- migrate:down", "--//@UNDO",
 * "# --- !Downs", "-- Down Migration", "-- down".
 */
#include "common/format/format.h"

#include <ctype.h>
#include <string.h>

#include "common/core/text.h"

/* The most words of a mark before the last one, which names the tool. */
#define MOST_WORDS 1

/* Whether a word of a line is one of these. */
static bool
is_word(const char *word, size_t length, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == length && dbc_starts_with_nocase(word, *words))
			return true;
	return false;
}

/* Whether a comment is a mark: its words, without signs between them. */
static bool
is_mark(const char *line)
{
	static const char *const back[] = {"down", "downs", "undo", NULL};
	static const char *const kinds[] = {"migration", "script", NULL};
	const char *end = line + strcspn(line, "\r\n");
	int before = 0;
	bool found = false;

	while (line < end)
	{
		size_t length = 0;

		while (line + length < end && isalnum((unsigned char) line[length]))
			length++;
		if (length == 0)
		{
			line++;
			continue;
		}
		if (!found && is_word(line, length, back))
			found = true;
		else if (found ? !is_word(line, length, kinds) : before++ >= MOST_WORDS)
			return false;
		line += length;
	}
	return found;
}

bool
dbc_format_is_way_back(const char *line)
{
	line += strspn(line, " \t");
	if (dbc_starts_with(line, "---- create above / drop below ----"))
		return true;
	return (dbc_starts_with(line, "--") || *line == '#') && is_mark(line);
}

/* Fails for a mark in the way up of a migration. */
static void
refuse_mark(dbc_format_reader *reader, const dbc_format_registration *m)
{
	int number = m->up_line;

	for (const char *line = m->up_sql; *line;
		 line = dbc_format_next_line(line), number++)
		if (dbc_format_is_way_back(line))
			dbc_fail(reader->host, DBC_SYNTAX_ERROR,
					 dbc_format(reader->host, "Line %d.", number),
					 "Load the files in the format of their tool, or put the "
					 "way back into a file that the format reads as such.",
					 "file \"%s\" has a marker of a way back, which %s does "
					 "not read",
					 m->up_file, reader->format->name);
}

/* Whether a name ends like that of a file for the way back, and there is one
 * for the way up beside it. */
static bool
is_back_of_another(const dbc_format_reader *reader, const char *file)
{
	static const char *const ends[] = {"rollback", "revert", "undo", "down"};
	size_t stem = strlen(file) - strlen(".sql");

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
	{
		size_t length = strlen(ends[i]);
		const char *up;

		if (stem <= length + 1 || !strchr("._-", file[stem - length - 1]) ||
			strncmp(file + stem - length, ends[i], length) != 0)
			continue;
		up = dbc_copy(reader->host, file, stem - length - 1);
		for (int k = 0; k < reader->nfiles; k++)
		{
			const char *path = reader->files[k].path;

			if (dbc_starts_with(path, up) && !dbc_same(path, file) &&
				(dbc_same(path + strlen(up), ".sql") ||
				 (strchr("._-", path[strlen(up)]) &&
				  dbc_same(path + strlen(up) + 1, "up.sql"))))
				return true;
		}
	}
	return false;
}

void
dbc_format_refuse_ways_back(dbc_format_reader *reader)
{
	for (int i = 0; i < reader->count; i++)
	{
		const dbc_format_registration *m = &reader->found[i];

		dbc_poll(reader->host);
		if (!m->up_file)
			continue;
		refuse_mark(reader, m);
		if (dbc_ends_with(m->up_file, ".sql") &&
			is_back_of_another(reader, m->up_file))
			dbc_fail(reader->host, DBC_INVALID_PARAMETER, NULL,
					 "Load the files in the format of their tool, or leave the "
					 "file out with the option \"exclude\".",
					 "file \"%s\" is the way back of another one, which %s "
					 "does not read",
					 m->up_file, reader->format->name);
	}
}
