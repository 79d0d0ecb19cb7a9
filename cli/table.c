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
/* No column is cut to less than this, or than its name. */
#define NARROWEST 8

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

/* Cuts the widest columns until the table fits; false if it cannot. */
static bool
fit(const cli_result *result, int *widths, int width)
{
	int total = -GAP;

	for (int i = 0; i < result->ncolumns; i++)
		total += widths[i] + GAP;
	while (total > width)
	{
		int widest = -1;

		for (int i = 0; i < result->ncolumns; i++)
		{
			int least = cli_text_width(result->names[i]);

			if (widths[i] > (least > NARROWEST ? least : NARROWEST) &&
				!is_number(result->types[i]) &&
				(widest < 0 || widths[i] > widths[widest]))
				widest = i;
		}
		if (widest < 0)
			return false;
		widths[widest]--;
		total--;
	}
	return true;
}

static void
add_spaces(cli_text *out, int count)
{
	while (count-- > 0)
		cli_add(out, " ");
}

static void
add_cell(cli_text *out, const char *cell, int width, bool right, bool last)
{
	int used = cli_text_width(cell);
	int pad = used < width ? width - used : 0;

	if (right)
		add_spaces(out, pad);
	cli_add_shown(out, cell, width, false);
	if (!last)
		add_spaces(out, (right ? 0 : pad) + GAP);
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

/* Rows below each other, a line per column that is not null. */
static void
add_blocks(cli_text *out, const cli_result *result, int width)
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
			int left = width > 0 ? width - names - GAP : -1;

			if (!*cli_cell(result, row, i))
				continue;
			add_cell(out, result->names[i], names, false, false);
			cli_add_shown(out, shown_cell(result, row, i),
						  width > 0 && left < NARROWEST ? NARROWEST : left,
						  false);
			cli_add(out, "\n");
		}
		if (colour != CLI_PLAIN)
			cli_add_colour(out, CLI_PLAIN);
	}
}

static void
add_row(cli_text *out, const cli_result *result, const int *widths, int row)
{
	cli_colour colour = row < 0 ? CLI_BOLD : row_colour(result, row);

	if (colour != CLI_PLAIN)
		cli_add_colour(out, colour);
	for (int i = 0; i < result->ncolumns; i++)
		add_cell(out, row < 0 ? result->names[i] : shown_cell(result, row, i),
				 widths[i], is_number(result->types[i]),
				 i == result->ncolumns - 1);
	while (out->length > 0 && out->data[out->length - 1] == ' ')
		out->data[--out->length] = '\0';
	if (colour != CLI_PLAIN)
		cli_add_colour(out, CLI_PLAIN);
	cli_add(out, "\n");
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
cli_add_table(cli_text *out, const cli_result *all, int width)
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
		add_blocks(out, &result, width);
	else
	{
		for (int row = -1; row < result.nrows; row++)
			add_row(out, &result, widths, row);
	}
	free(widths);
	free(result.names);
	free(result.types);
	free(result.cells);
}
