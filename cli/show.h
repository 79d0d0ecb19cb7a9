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

/* Adds a table of at most width columns (0: as wide as it is). Where the
 * columns do not fit, each row is a block of lines. */
extern void cli_add_table(cli_text *out, const cli_result *result, int width);

/* Adds a value of a result as JSON. */
extern void cli_add_value_json(cli_text *out, const char *cell, dbc_type type);

#endif /* CLI_SHOW_H */
