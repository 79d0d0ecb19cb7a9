/*
 * text_diff.c
 *	  How two texts of a migration differ: in layout only, or in which lines.
 *
 * Editors and version control change line ends, indentation, trailing blanks
 * and blank lines.  A change of layout does not make an applied migration count
 * as modified.  Inside a multi-line literal white space is content, but an
 * applied migration never runs again.  Repeatable migrations do, so for them
 * every change counts.
 */
#include "common/ledger/ledger.h"

#include <string.h>

#include "common/core/text.h"

/* A longer difference is cut off. */
#define MOST_LINES 40

/* The largest table of line comparisons; above it, only the new lines are
 * listed. */
#define MOST_CELLS 4000000

/* A line without surrounding white space. */
typedef struct line
{
	const char *text;
	size_t length;
} line;

typedef struct lines
{
	line *items;
	int count;
} lines;

static bool
same_line(const line *left, const line *right)
{
	return left->length == right->length &&
		   memcmp(left->text, right->text, left->length) == 0;
}

/* The lines of a text that are not blank. */
static lines
split_lines(dbc_host *host, const char *text)
{
	lines found = {NULL, 0};
	size_t ends = 1;

	if (dbc_starts_with(text, "\xEF\xBB\xBF"))
		text += 3;
	for (const char *c = text; *c; c++)
		ends += *c == '\n';
	found.items = dbc_alloc(host, ends * sizeof(*found.items));
	for (;;)
	{
		size_t length;
		line *next = &found.items[found.count];

		text += strspn(text, " \t\r\f\v");
		length = strcspn(text, "\n");
		*next = (line){text, length};
		while (next->length > 0 && strchr(" \t\r\f\v", text[next->length - 1]))
			next->length--;
		found.count += next->length > 0;
		if (text[length] == '\0')
			return found;
		text += length + 1;
	}
}

bool
dbc_ledger_same_except_layout(dbc_host *host, const char *left,
							  const char *right)
{
	lines l = split_lines(host, left);
	lines r = split_lines(host, right);

	if (l.count != r.count)
		return false;
	for (int i = 0; i < l.count; i++)
		if (!same_line(&l.items[i], &r.items[i]))
			return false;
	return true;
}

/* Appends a line of a difference, or only counts it beyond MOST_LINES. */
static void
append_line(dbc_buffer *buffer, int *count, char sign, const line *item)
{
	if (++*count > MOST_LINES)
		return;
	dbc_append_format(buffer, "\n%c ", sign);
	dbc_append_bytes(buffer, item->text, item->length);
}

/*
 * The lengths of the longest common subsequences of the tails of two lists:
 * [i][j] belongs to the lines from i and from j on.
 */
static int *
common_lengths(dbc_host *host, const lines *old, const lines *new)
{
	size_t width = (size_t) new->count + 1;
	int *table =
		dbc_alloc(host, ((size_t) old->count + 1) * width * sizeof(*table));

	for (int i = old->count - 1; i >= 0; i--)
		for (int j = new->count - 1; j >= 0; j--)
		{
			int *here = &table[(size_t) i * width + (size_t) j];

			if (same_line(&old->items[i], &new->items[j]))
				*here = here[width + 1] + 1;
			else
				*here = here[width] > here[1] ? here[width] : here[1];
		}
	return table;
}

/* Removes the lines that two lists share at both ends. */
static void
trim(lines *old, lines *new)
{
	while (old->count && new->count &&
		   same_line(&old->items[0], &new->items[0]))
	{
		old->items++, old->count--;
		new->items++, new->count--;
	}
	while (old->count && new->count &&
		   same_line(&old->items[old->count - 1], &new->items[new->count - 1]))
	{
		old->count--;
		new->count--;
	}
}

/* The lines that are in only one of two texts: "\n- old line\n+ new line". */
const char *
dbc_ledger_diff_lines(dbc_host *host, const char *old_text,
					  const char *new_text)
{
	lines old = split_lines(host, old_text);
	lines new = split_lines(host, new_text);
	dbc_buffer buffer;
	size_t width;
	int *common;
	int count = 0;
	int i = 0;
	int j = 0;

	trim(&old, &new);
	if ((int64_t) old.count * new.count > MOST_CELLS)
		old.count = 0;
	width = (size_t) new.count + 1;
	common = common_lengths(host, &old, &new);
	dbc_buffer_init(&buffer, host);
	while (i < old.count || j < new.count)
	{
		const int *here = &common[(size_t) i * width + (size_t) j];

		if (i < old.count &&
			j < new.count &&same_line(&old.items[i], &new.items[j]))
			i++, j++;
		else if (j == new.count || (i < old.count && here[width] >= here[1]))
			append_line(&buffer, &count, '-', &old.items[i++]);
		else
			append_line(&buffer, &count, '+', &new.items[j++]);
	}
	if (count > MOST_LINES)
		dbc_append_format(&buffer, "\n  and %s more",
						  dbc_count_text(host, count - MOST_LINES, "line"));
	return buffer.data;
}
