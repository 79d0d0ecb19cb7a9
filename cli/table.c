/*
 * table.c
 *	  Rows as an aligned table that fits the terminal.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/show.h"
#include "cli/terminal.h"

/* Columns between two columns. */
#define GAP 2
/* No column is narrower than this, than its name, or than its longest word,
 * which counts up to so many columns. */
#define NARROWEST	 8
#define LONGEST_WORD 24

static bool
is_number(dbc_type type)
{
	return type == DBC_T_INT || type == DBC_T_REAL;
}

/* A cell as people read it. */
static const char *
shown_cell(const cli_result *result, int row, int column)
{
	const char *cell = *cli_cell(result, row, column);

	if (!cell)
		return "";
	if (result->types[column] == DBC_T_BOOL)
		return *cell == '1' || *cell == 't' ? "yes" : "no";
	return cell;
}

/* The columns that a column needs at least. */
static int
least_width(const cli_result *result, int column)
{
	int least = cli_text_width(result->names[column]);

	least = least > NARROWEST ? least : NARROWEST;
	for (int row = 0; row < result->nrows; row++)
	{
		int word = cli_longest_word(shown_cell(result, row, column));

		word = word < LONGEST_WORD ? word : LONGEST_WORD;
		least = word > least ? word : least;
	}
	return least;
}

/* Narrows the widest columns until the table fits; false if it cannot. */
static bool
fit(const cli_result *result, int *widths, int width)
{
	int *least = cli_alloc((size_t) result->ncolumns, sizeof(int));
	int total = -GAP;
	int widest = 0;

	for (int i = 0; i < result->ncolumns; i++)
	{
		least[i] =
			is_number(result->types[i]) ? widths[i] : least_width(result, i);
		total += widths[i] + GAP;
	}
	for (; total > width && widest >= 0; total--)
	{
		widest = -1;
		for (int i = 0; i < result->ncolumns; i++)
		{
			if (widths[i] > least[i] &&
				(widest < 0 || widths[i] > widths[widest]))
				widest = i;
		}
		if (widest >= 0)
			widths[widest]--;
	}
	free(least);
	return widest >= 0;
}

static void
add_spaces(cli_text *out, int count)
{
	while (count-- > 0)
		cli_add(out, " ");
}

/* Adds the part of a cell that the next line has room for, the rest of it if
 * that line is the last one; returns what is left. Numbers are right. */
static const char *
add_part(cli_text *out, const char *cell, int width, bool right, bool last)
{
	int length = last ? (int) strlen(cell) : cli_line_length(cell, width);
	cli_text part = {0};
	int pad;

	cli_add_bytes(&part, cell, (size_t) length);
	cli_trim(&part);
	pad = width - cli_text_width(part.data);

	if (right)
		add_spaces(out, pad);
	cli_add_shown(out, part.data, width, false);
	if (!right)
		add_spaces(out, pad);
	cli_text_free(&part);
	cell += length;
	return cell + (*cell == '\n');
}

/* The colour of a row: that of its severity or state. */
static cli_colour
row_colour(const cli_result *result, int row)
{
	static const struct
	{
		const char *word;
		cli_colour colour;
	} words[] = {{"critical", CLI_RED},	  {"error", CLI_RED},
				 {"failed", CLI_RED},	  {"modified", CLI_RED},
				 {"missing", CLI_RED},	  {"warning", CLI_YELLOW},
				 {"pending", CLI_YELLOW}, {"unknown", CLI_YELLOW}};
	int column = cli_column(result, "severity");
	const char *cell;

	if (column < 0)
		column = cli_column(result, "state");
	cell = column < 0 ? NULL : *cli_cell(result, row, column);
	for (size_t i = 0; cell && i < sizeof(words) / sizeof(words[0]); i++)
	{
		if (strcmp(cell, words[i].word) == 0)
			return words[i].colour;
	}
	return CLI_PLAIN;
}

void
cli_add_named(cli_text *out, const char *name, const char *value, int names,
			  int width, int lines)
{
	int left = width > 0 ? width - names - GAP : cli_text_width(value);

	left = left > NARROWEST ? left : NARROWEST;
	do
	{
		add_part(out, name, names + GAP, false, true);
		value = add_part(out, value, left, false, lines <= 1);
		cli_trim(out);
		cli_add(out, "\n");
		name = "";
	} while (*value && lines-- > 1);
}

/* Rows below each other, a line per column that is not null. */
static void
add_blocks(cli_text *out, const cli_result *result, int width, int lines)
{
	int names = 0;

	for (int i = 0; i < result->ncolumns; i++)
	{
		int columns = cli_text_width(result->names[i]);

		names = columns > names ? columns : names;
	}
	for (int row = 0; row < result->nrows; row++)
	{
		cli_colour colour = row_colour(result, row);

		if (row > 0)
			cli_add(out, "\n");
		if (colour != CLI_PLAIN)
			cli_add_colour(out, colour);
		for (int i = 0; i < result->ncolumns; i++)
		{
			if (*cli_cell(result, row, i))
				cli_add_named(out, result->names[i], shown_cell(result, row, i),
							  names, width, lines);
		}
		if (colour != CLI_PLAIN)
			cli_add_colour(out, CLI_PLAIN);
	}
}

/* Adds a row, cells that are longer than their column on several lines. */
static void
add_row(cli_text *out, const cli_result *result, const int *widths, int row,
		int lines)
{
	cli_colour colour = row < 0 ? CLI_BOLD : row_colour(result, row);
	const char **left = cli_alloc((size_t) result->ncolumns, sizeof(char *));
	bool more = true;

	for (int i = 0; i < result->ncolumns; i++)
		left[i] = row < 0 ? result->names[i] : shown_cell(result, row, i);
	if (colour != CLI_PLAIN)
		cli_add_colour(out, colour);
	for (bool first = true; more; lines--, first = false)
	{
		more = false;
		for (int i = 0; i < result->ncolumns; i++)
		{
			/* what goes on in the first column passes for no row */
			int indent = i == 0 && !first && widths[0] > GAP ? GAP : 0;

			add_spaces(out, i > 0 ? GAP : indent);
			left[i] = add_part(out, left[i], widths[i] - indent,
							   is_number(result->types[i]), lines <= 1);
			more = more || *left[i];
		}
		cli_trim(out);
		if (more)
			cli_add(out, "\n");
	}
	if (colour != CLI_PLAIN)
		cli_add_colour(out, CLI_PLAIN);
	cli_add(out, "\n");
	free(left);
}

/* Whether a column has a value in some row. */
static bool
has_values(const cli_result *result, int column)
{
	for (int row = 0; row < result->nrows; row++)
	{
		if (*cli_cell(result, row, column))
			return true;
	}
	return false;
}

/* The result without the columns that are null in every row: they are many in
 * reports, and tell a person nothing. Names and cells stay those of result. */
static cli_result
without_empty(const cli_result *result)
{
	cli_result kept = cli_new_result(result->ncolumns, result->nrows);
	int to = 0;

	for (int i = 0; i < result->ncolumns; i++)
	{
		if (!has_values(result, i))
			continue;
		kept.names[to] = result->names[i];
		kept.types[to++] = result->types[i];
	}
	kept.ncolumns = to;
	to = 0;
	for (int i = 0; i < result->ncolumns; i++)
	{
		if (!has_values(result, i))
			continue;
		for (int row = 0; row < result->nrows; row++)
			*cli_cell(&kept, row, to) = *cli_cell(result, row, i);
		to++;
	}
	return kept;
}

void
cli_add_table(cli_text *out, const cli_result *all, int width, int lines)
{
	cli_result result = without_empty(all);
	int *widths = cli_alloc((size_t) result.ncolumns, sizeof(int));

	for (int i = 0; i < result.ncolumns; i++)
	{
		widths[i] = cli_text_width(result.names[i]);
		for (int row = 0; row < result.nrows; row++)
		{
			int columns = cli_text_width(shown_cell(&result, row, i));

			widths[i] = columns > widths[i] ? columns : widths[i];
		}
	}
	if (width > 0 && !fit(&result, widths, width))
		add_blocks(out, &result, width, lines);
	else
	{
		for (int row = -1; row < result.nrows; row++)
			add_row(out, &result, widths, row, width > 0 ? lines : 1);
	}
	free(widths);
	free(result.names);
	free(result.types);
	free(result.cells);
}
