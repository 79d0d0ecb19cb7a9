/*
 * show.h
 *	  Results as tables, JSON or CSV.
 */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "cli/database.h"
#include "cli/text.h"

typedef enum cli_format
{
	CLI_TABLE,
	CLI_JSON,
	CLI_CSV
} cli_format;

/* Writes a result to standard output: rows as an aligned table that fits the
 * terminal, a document as lines of its members, text as it is. */
extern void cli_show(const cli_result *result, cli_format format);

/* Writes a JSON document for people: members, with lists as tables below. */
extern void cli_show_document(const char *json);

/* Writes those members of a JSON document for people whose names are in a list,
 * with blanks between them. */
extern void cli_show_members(const char *json, const char *names);

/* Shortens a number to three digits behind the point, or three that count. */
extern void cli_shorten(char **cell);

/* Lines that a cell of a table gets at most. */
#define CLI_CELL_LINES 12

/* Adds a table of at most width columns (0: as wide as it is). Cells that are
 * longer than their column take up to so many lines. Where the columns do not
 * fit, each row is a block of lines. */
extern void cli_add_table(cli_text *out, const cli_result *result, int width,
						  int lines);

/* Adds a name and its value, which begins behind the widest name (names
 * columns) and takes up to so many lines of at most width columns (0: any). */
extern void cli_add_named(cli_text *out, const char *name, const char *value,
						  int names, int width, int lines);

/* The elements of an array of objects, as rows; numbers have the type DBC_T_INT. */
extern cli_result cli_rows_of(const char *array);

/* Adds rows as a JSON array of objects. */
extern void cli_add_rows_json(cli_text *out, const cli_result *result);

/* Adds a value of a result as JSON. */
extern void cli_add_value_json(cli_text *out, const char *cell, dbc_type type);

#endif /* CLI_SHOW_H */
