/*
 * show.c
 *	  Results as tables, JSON or CSV.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document.h"
#include "cli/show.h"
#include "cli/terminal.h"

void
cli_add_value_json(cli_text *out, const char *cell, dbc_type type)
{
	if (!cell)
		cli_add(out, "null");
	else if (type == DBC_T_BOOL)
		cli_add(out, *cell == '1' || *cell == 't' ? "true" : "false");
	else if (type == DBC_T_INT || type == DBC_T_JSON ||
			 type == DBC_T_DOCUMENT ||
			 (type == DBC_T_REAL && strpbrk(cell, "0123456789")))
		cli_add(out, cell);
	else
		cli_add_json(out, cell);
}

void
cli_add_rows_json(cli_text *out, const cli_result *result)
{
	cli_add(out, "[");
	for (int row = 0; row < result->nrows; row++)
	{
		cli_text members = {0};

		for (int i = 0; i < result->ncolumns; i++)
		{
			cli_text value = {0};

			cli_add_value_json(&value, *cli_cell(result, row, i),
							   result->types[i]);
			cli_add_member(&members, result->names[i], value.data);
			cli_text_free(&value);
		}
		cli_addf(out, "%s\n{%s}", row > 0 ? "," : "", members.data);
		cli_text_free(&members);
	}
	cli_add(out, result->nrows > 0 ? "\n]\n" : "]\n");
}

/* A field of RFC 4180. */
static void
add_field(cli_text *out, const char *cell)
{
	if (!cell)
		return;
	if (*cell && !strpbrk(cell, ",\"\r\n"))
	{
		cli_add(out, cell);
		return;
	}
	cli_add(out, "\"");
	for (; *cell; cell++)
	{
		if (*cell == '"')
			cli_add(out, "\"");
		cli_add_bytes(out, cell, 1);
	}
	cli_add(out, "\"");
}

static void
add_rows_csv(cli_text *out, const cli_result *result)
{
	for (int row = -1; row < result->nrows; row++)
	{
		for (int i = 0; i < result->ncolumns; i++)
		{
			if (i > 0)
				cli_add(out, ",");
			add_field(out,
					  row < 0 ? result->names[i] : *cli_cell(result, row, i));
		}
		cli_add(out, "\n");
	}
}

void
cli_shorten(char **cell)
{
	cli_text text = {0};
	double value;

	if (!*cell || !strchr(*cell, '.') ||
		strspn(*cell, "-.0123456789") != strlen(*cell))
		return;
	value = strtod(*cell, NULL);
	cli_addf(&text, value > -1 && value < 1 ? "%.3g" : "%.3f", value);
	while (strchr(text.data, '.') && !strchr(text.data, 'e') &&
		   (text.data[text.length - 1] == '0' ||
			text.data[text.length - 1] == '.'))
	{
		bool point = text.data[--text.length] == '.';

		text.data[text.length] = '\0';
		if (point)
			break;
	}
	free(*cell);
	*cell = text.data;
}

/* Does so with all numbers of a result that people read. */
static void
shorten_numbers(const cli_result *result)
{
	for (int row = 0; row < result->nrows; row++)
	{
		for (int i = 0; i < result->ncolumns; i++)
		{
			if (result->types[i] == DBC_T_REAL)
				cli_shorten(cli_cell(result, row, i));
		}
	}
}

static bool
is_document(const cli_result *result)
{
	return result->is_value && result->nrows == 1 &&
		   (result->types[0] == DBC_T_JSON ||
			result->types[0] == DBC_T_DOCUMENT);
}

cli_result
cli_rows_of(const char *array)
{
	cli_result keys = cli_keys(array);
	cli_result elements = cli_entries(array);
	cli_result rows = cli_new_result(keys.nrows, elements.nrows);

	for (int i = 0; i < keys.nrows; i++)
	{
		rows.names[i] = cli_copy(keys.cells[i]);
		rows.types[i] = DBC_T_TEXT;
	}
	for (int row = 0; row < elements.nrows; row++)
	{
		cli_result members = cli_entries(*cli_cell(&elements, row, 1));

		for (int i = 0; i < members.nrows; i++)
		{
			char **value = cli_cell(&members, i, 1);
			int column = cli_column(&rows, *cli_cell(&members, i, 0));
			const char *type = *cli_cell(&members, i, 2);

			*cli_cell(&rows, row, column) = *value;
			*value = NULL;
			if (strcmp(type, "real") == 0)
				cli_shorten(cli_cell(&rows, row, column));
			if (strcmp(type, "integer") == 0 || strcmp(type, "real") == 0)
				rows.types[column] = DBC_T_INT;
		}
		cli_free_result(&members);
	}
	cli_free_result(&keys);
	cli_free_result(&elements);
	return rows;
}

/* Adds scalars, one behind the other. */
static void
add_list(cli_text *out, const char *json)
{
	cli_result elements = cli_entries(json);

	for (int i = 0; i < elements.nrows; i++)
	{
		const char *value = *cli_cell(&elements, i, 1);

		if (i > 0)
			cli_add(out, ", ");
		cli_add_shown(out, value ? value : "null", -1, false);
	}
	cli_free_result(&elements);
}

/* Adds rows below the line that they belong to. */
static void
add_rows(cli_text *out, const char *array)
{
	cli_result rows = cli_rows_of(array);

	cli_add_table(out, &rows, cli_width(), CLI_CELL_LINES);
	cli_free_result(&rows);
}

static bool
has_objects(const char *array)
{
	cli_result keys = cli_keys(array);
	bool has = keys.nrows > 0;

	cli_free_result(&keys);
	return has;
}

static void add_members(cli_text *out, const char *json, int indent);

/* Adds a member of an object: its value behind the name, or below it. */
static void
add_member(cli_text *out, const char *name, const char *value, const char *type,
		   int names, int indent)
{
	bool object = strcmp(type, "object") == 0;
	bool rows = strcmp(type, "array") == 0 && has_objects(value);
	cli_text shown = {0};

	if (strcmp(type, "array") == 0 && !rows)
	{
		add_list(&shown, value);
		value = cli_text_of(&shown);
	}
	cli_add_named(out, name, object || rows ? "" : value, names, cli_width(),
				  INT_MAX);
	if (object)
		add_members(out, value, indent + 2);
	else if (rows)
		add_rows(out, value);
	cli_text_free(&shown);
}

/* Adds the members of an object, but for those that are null or empty. */
static void
add_members(cli_text *out, const char *json, int indent)
{
	cli_result members = cli_entries(json);
	int names = 0;

	for (int i = 0; i < members.nrows; i++)
	{
		int width = cli_text_width(*cli_cell(&members, i, 0));

		names = width > names ? width : names;
	}
	for (int i = 0; i < members.nrows; i++)
	{
		const char *value;
		cli_text name = {0};

		if (strcmp(*cli_cell(&members, i, 2), "real") == 0)
			cli_shorten(cli_cell(&members, i, 1));
		value = *cli_cell(&members, i, 1);
		if (!value || strcmp(value, "[]") == 0 || strcmp(value, "{}") == 0)
			continue;
		cli_addf(&name, "%*s%s", indent, "", *cli_cell(&members, i, 0));
		add_member(out, name.data, value, *cli_cell(&members, i, 2),
				   indent + names, indent);
		cli_text_free(&name);
	}
	cli_free_result(&members);
}

void
cli_show_document(const char *json)
{
	cli_text out = {0};

	if (*json == '{')
		add_members(&out, json, 0);
	else if (has_objects(json))
		add_rows(&out, json);
	else
	{
		add_list(&out, json);
		cli_add(&out, "\n");
	}
	cli_put(cli_text_of(&out));
	cli_text_free(&out);
}

void
cli_show_members(const char *json, const char *names)
{
	cli_text members = {0};
	char *only = NULL;
	int count = 0;

	while (*names)
	{
		size_t length = strcspn(names, " ");
		char *name = cli_copy_bytes(names, length);
		cli_text path = {0};
		char *value;

		cli_addf(&path, "$.%s", name);
		value = cli_at(json, path.data);
		if (value && strcmp(value, "[]") != 0 && strcmp(value, "{}") != 0)
		{
			cli_add_member(&members, name, value);
			free(only);
			only = cli_copy(value);
			count++;
		}
		cli_text_free(&path);
		free(name);
		free(value);
		names += length;
		names += strspn(names, " ");
	}
	/* a table that stands alone needs no name */
	if (count == 1 && (*only == '{' || has_objects(only)))
		cli_show_document(only);
	else if (count > 0)
	{
		cli_text all = {0};

		cli_addf(&all, "{%s}", members.data);
		cli_show_document(all.data);
		cli_text_free(&all);
	}
	cli_text_free(&members);
	free(only);
}

void
cli_show(const cli_result *result, cli_format format)
{
	cli_text out = {0};

	if (format == CLI_JSON && result->is_value)
	{
		cli_add_value_json(&out, result->cells[0], result->types[0]);
		cli_add(&out, "\n");
		cli_put_raw(out.data);
	}
	else if (format == CLI_JSON)
	{
		cli_add_rows_json(&out, result);
		cli_put_raw(out.data);
	}
	else if (format == CLI_CSV && is_document(result) && result->cells[0])
	{
		cli_result members = cli_entries(result->cells[0]);

		add_rows_csv(&out, &members);
		cli_put_raw(out.data);
		cli_free_result(&members);
	}
	else if (format == CLI_CSV)
	{
		add_rows_csv(&out, result);
		cli_put_raw(out.data);
	}
	else if (is_document(result))
	{
		if (result->cells[0])
			cli_show_document(result->cells[0]);
	}
	else if (result->is_value)
		cli_put_report(result->cells[0] ? result->cells[0] : "");
	else if (result->nrows > 0)
	{
		shorten_numbers(result);
		cli_add_table(&out, result, cli_width(), CLI_CELL_LINES);
		cli_put(out.data);
	}
	cli_text_free(&out);
}
